import * as z from 'zod'
import type { Tx } from '../../db/orm.ts'
import type { By } from '../../db/queries/audit.ts'
import { deliveryStatuses, getDelivery, listDeliveries } from '../../db/queries/deliveries.ts'
import { reissueSecureMessage, resendDelivery, resolveDelivery } from '../../db/queries/deliveryByHand.ts'
import { readSecureContent } from '../../db/queries/secureContent.ts'
import { ATTEMPT_STATUSES } from '../../domain/attempt.ts'
import { idParams, instantParameter, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import { trailEntry } from './trailShape.ts'

const tag = 'Deliveries'

export const delivery = z
  .strictObject({
    id: z.uuid(),
    actionId: z.uuid(),
    actionVersion: z.int(),
    careEventId: z.uuid(),
    recipient: z.string(),
    channel: z.string().nullable(),
    address: z.string().nullable(),
    status: z.enum(deliveryStatuses),
    reason: z.string().nullable(),
    dueAt: isoInstantOrNull,
    sendAt: isoInstantOrNull,
    sentAt: isoInstantOrNull,
    secure: z.boolean(),
    openedAt: isoInstantOrNull,
    mergedInto: z.uuid().nullable(),
    trail: z.array(trailEntry),
    attempts: z.array(
      z.strictObject({
        channel: z.string(),
        provider: z.string(),
        providerId: z.string().nullable(),
        status: z.enum(ATTEMPT_STATUSES),
        errorCode: z.string().nullable(),
        at: isoInstant,
      }),
    ),
  })
  .meta({ id: 'Delivery' })

/** Something that a person has done with a delivery; answers with the delivery as it then is. */
const byHand = (what: string, summary: string, act: (tx: Tx, id: string, by: By) => Promise<void>) =>
  route({
    method: 'post',
    path: `/api/deliveries/{id}/${what}`,
    tag,
    role: 'staff',
    summary,
    params: idParams,
    response: delivery,
    handle: async ({ tx, params, deps, who, now }) => {
      await act(tx, params.id, { who, now })
      return getDelivery(tx, params.id, deps.encryption)
    },
  })

export const deliveryRoutes = [
  route({
    method: 'get',
    path: '/api/deliveries',
    tag,
    role: 'staff',
    summary: 'The ledger, newest first',
    query: listQuery({
      status: z.enum(deliveryStatuses).optional(),
      actionId: z.uuid().optional(),
      careEventId: z.uuid().optional(),
      patientId: z.uuid().optional(),
      from: instantParameter.optional(),
      to: instantParameter.optional(),
    }),
    response: listOf(delivery),
    handle: ({ tx, query, deps }) => listDeliveries(tx, query, deps.encryption),
  }),
  route({
    method: 'get',
    path: '/api/deliveries/{id}',
    tag,
    role: 'staff',
    summary: 'One delivery, with its trail (why) and its attempts',
    params: idParams,
    response: delivery,
    handle: ({ tx, params, deps }) => getDelivery(tx, params.id, deps.encryption),
  }),
  byHand(
    'resend',
    'Send again what failed, was not delivered or was skipped; consent, rules and filters are checked anew',
    resendDelivery,
  ),
  byHand(
    'reissue',
    'Send a new link to a secure message, and unlock the patient; earlier links of it open nothing any more',
    reissueSecureMessage,
  ),
  route({
    method: 'get',
    path: '/api/deliveries/{id}/content',
    tag,
    role: 'admin',
    summary: 'What a secure message says; that it was read is kept in the audit trail',
    params: idParams,
    response: z.strictObject({ subject: z.string().nullable(), body: z.string() }).meta({ id: 'SecureContent' }),
    handle: ({ tx, params, deps, who, now }) => readSecureContent(tx, params.id, deps.encryption, { who, now }),
  }),
  route({
    method: 'post',
    path: '/api/deliveries/{id}/resolve',
    tag,
    role: 'manager',
    summary: 'Settle by hand a delivery whose outcome is unknown',
    params: idParams,
    body: z.strictObject({ outcome: z.enum(['sent', 'failed', 'sendAgain'], 'sent, failed or sendAgain') }),
    response: delivery,
    handle: async ({ tx, params, body, deps, who, now }) => {
      await resolveDelivery(tx, params.id, body.outcome, { who, now })
      return getDelivery(tx, params.id, deps.encryption)
    },
  }),
]
