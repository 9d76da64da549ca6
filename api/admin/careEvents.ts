import * as z from 'zod'
import { getCareEvent, listCareEvents } from '../../db/queries/careEvents.ts'
import { readCarePlan } from '../../db/queries/carePlan.ts'
import { suppress, unsuppress } from '../../db/queries/suppressions.ts'
import { careEventKinds, codeSystems, confirmations } from '../../domain/careEvent.ts'
import { idParams, instantParameter, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import { trailEntry } from './trailShape.ts'

const tag = 'Care events'

/** A day, or an instant where the EHR gave a time. */
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime()]).nullable()

const careEvent = z
  .strictObject({
    id: z.uuid(),
    externalId: z.string().nullable(),
    kind: z.enum(careEventKinds),
    status: z.string(),
    confirmation: z.enum(confirmations),
    patientId: z.uuid(),
    facilityId: z.uuid().nullable(),
    providerIds: z.array(z.uuid()),
    appointmentTypeId: z.uuid().nullable(),
    start: isoInstantOrNull,
    createdAt: isoInstantOrNull,
    updatedAt: isoInstantOrNull,
    dueDate: dayOrInstant,
    procedureDate: dayOrInstant,
    diagnosisDate: dayOrInstant,
    codes: z.array(z.strictObject({ system: z.enum(codeSystems), code: z.string() })),
    origin: z.string().nullable(),
    fulfilledById: z.uuid().nullable(),
    wakeAt: isoInstantOrNull,
  })
  .meta({ id: 'CareEvent' })

const planItem = z
  .strictObject({
    actionId: z.uuid(),
    recipient: z.string().nullable(),
    verdict: z.enum(['planned', 'notMatching', 'skipped', 'done', 'postponed']),
    dueAt: isoInstantOrNull,
    sendAt: isoInstantOrNull,
    reason: z.string().nullable(),
    deliveryId: z.uuid().nullable(),
    trail: z.array(trailEntry),
  })
  .meta({ id: 'PlanItem' })

const recipient = z.union([z.literal('patient'), z.uuid()], 'patient, or the id of a staff member')
const suppression = z
  .strictObject({ id: z.uuid(), actionId: z.uuid(), careEventId: z.uuid(), recipient: z.string().nullable() })
  .meta({ id: 'Suppression' })

export const careEventRoutes = [
  route({
    method: 'get',
    path: '/api/care-events',
    tag,
    role: 'staff',
    summary: 'What came from the EHR, the latest first; from and to are about the start, due date or date',
    query: listQuery({
      kind: z.enum(careEventKinds).optional(),
      externalId: z.string().max(200).optional(),
      patientId: z.uuid().optional(),
      from: instantParameter.optional(),
      to: instantParameter.optional(),
    }),
    response: listOf(careEvent),
    handle: ({ tx, query }) => listCareEvents(tx, query),
  }),
  route({
    method: 'get',
    path: '/api/care-events/{id}',
    tag,
    role: 'staff',
    summary: 'One care event',
    params: idParams,
    response: careEvent,
    handle: ({ tx, params }) => getCareEvent(tx, params.id),
  }),
  route({
    method: 'get',
    path: '/api/care-events/{id}/plan',
    tag,
    role: 'staff',
    summary: 'What each action means for it: when it sends, or why it does not, with every filter and rule',
    params: idParams,
    response: z.strictObject({ items: z.array(planItem) }),
    handle: async ({ tx, params, deps, now }) => readCarePlan(tx, await deps.configuration.read(tx), params.id, now),
  }),
  route({
    method: 'post',
    path: '/api/care-events/{id}/suppressions',
    tag,
    role: 'staff',
    status: 201,
    summary: 'Cancel what an action would send about it; without a recipient, to everyone',
    params: idParams,
    body: z.strictObject({ actionId: z.uuid(), recipient: recipient.nullable().default(null) }),
    response: suppression,
    handle: ({ tx, params, body, who, now }) => suppress(tx, params.id, body, { who, now }),
  }),
  route({
    method: 'delete',
    path: '/api/care-events/{id}/suppressions/{actionId}',
    tag,
    role: 'staff',
    summary: 'Take a cancellation back; without a recipient, for everyone',
    params: z.object({ id: z.uuid(), actionId: z.uuid() }),
    query: z.strictObject({ recipient: recipient.optional() }),
    handle: ({ tx, params: { id, actionId }, query, who, now }) =>
      unsuppress(tx, id, { actionId, recipient: query.recipient ?? null }, { who, now }),
  }),
]
