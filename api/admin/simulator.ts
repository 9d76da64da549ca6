import * as z from 'zod'
import { listSimulatorMessages } from '../../db/queries/simulator.ts'
import { isoInstant, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'Simulator'

const simulatorMessage = z
  .strictObject({
    id: z.uuid(),
    deliveryId: z.uuid().nullable(),
    channel: z.string(),
    to: z.string(),
    subject: z.string().nullable(),
    body: z.string(),
    sentAt: isoInstant,
  })
  .meta({ id: 'SimulatorMessage' })

/** Part of the API only where messages go to the simulated phones and mailboxes. */
export const simulatorRoutes = [
  route({
    method: 'get',
    path: '/api/simulator/messages',
    tag,
    role: 'staff',
    summary: 'What the simulated phones and mailboxes got, newest first',
    query: listQuery({ to: z.string().trim().min(1).max(320).optional() }),
    response: listOf(simulatorMessage),
    handle: ({ tx, query, deps }) => listSimulatorMessages(tx, query, deps.encryption),
  }),
]
