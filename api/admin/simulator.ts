import * as z from 'zod'
import { listSimulatorMessages } from '../../db/queries/simulator.ts'
import { replyFromSimulator } from '../../db/simulatorReply.ts'
import { phoneNumber } from '../../domain/inbound/phone.ts'
import { isoInstant, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'Simulator'

const phone = z.string().transform((text, context) => {
  const number = phoneNumber(text, 'US')
  if (number === null) context.addIssue({ code: 'custom', message: 'is not a phone number; write e.g. +15555550101' })
  return number ?? z.NEVER
})

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
  route({
    method: 'post',
    path: '/api/simulator/replies',
    tag,
    role: 'staff',
    status: 201,
    summary: 'Answer as the patient: STOP, C, X, or anything',
    body: z.strictObject({ from: phone, body: z.string().trim().min(1, 'a reply needs a text').max(1600) }),
    response: z.strictObject({ id: z.uuid(), meaning: z.string(), answer: z.string().nullable() }),
    handle: ({ tx, body, deps, now }) => replyFromSimulator(tx, deps.encryption, body, now),
  }),
]
