import type { DeliveryView } from '../../db/queries/deliveries.ts'
import type { DeliveryDetails } from '../../db/queries/deliveryDetails.ts'
import { nextDeliveryState } from '../../domain/delivery.ts'
import type { Instant } from '../../domain/instant.ts'
import { attemptMark } from '../words/status.ts'
import { writtenOut } from '../words/time.ts'
import { trailRows } from '../words/trail.ts'
import { workflowLink } from '../workflowLink.ts'
import { channelWords, deliveryRow } from './list.ts'
import { secureModel } from './secure.ts'

interface Context {
  now: Instant
  organizationId: string
  temporalUi: string | null
  mayManage: boolean
  mayAdmin: boolean
  /** How the link of a secure message stands; null for none. */
  link: Parameters<typeof secureModel>[1]
  /** What it says, when somebody who may has asked. */
  content: Parameters<typeof secureModel>[2]
}

/** One delivery with its why, its attempts and what may be done about it. */
export function deliveryModel(delivery: DeliveryView, details: DeliveryDetails, context: Context) {
  const { now } = context
  const out = (instant: string | null) =>
    instant === null ? null : writtenOut(Date.parse(instant), details.zone, now, 'tt')
  return {
    ...deliveryRow(delivery, details, now),
    actionHref: details.actionDeleted ? null : `/actions/${delivery.actionId}`,
    version: delivery.actionVersion,
    careEventHref: `/care-events/${delivery.careEventId}`,
    careEvent: details.startAt === null ? 'its care event' : `Visit ${writtenOut(details.startAt, details.zone, now)}`,
    due: out(delivery.dueAt),
    planned: out(delivery.sendAt),
    sent: out(delivery.sentAt),
    text: details.text,
    arrived: delivery.status === 'sent' || delivery.status === 'delivered',
    trail: trailRows(delivery.trail, details.zone, now),
    attempts: delivery.attempts.map((attempt) => ({
      at: out(attempt.at),
      mark: attemptMark(attempt.status),
      how: `${channelWords[attempt.channel] ?? attempt.channel} by ${attempt.provider === 'simulated' ? 'the simulator' : attempt.provider}`,
      providerId: attempt.providerId,
      errorCode: attempt.errorCode,
    })),
    /** The one that speaks for this one, and whose outcome it shares. */
    spokenForBy: delivery.mergedInto === null ? null : `/deliveries/${delivery.mergedInto}`,
    mayResend: nextDeliveryState(delivery.status, 'resend') !== undefined,
    mayResolve: context.mayManage && nextDeliveryState(delivery.status, 'resolveSent') !== undefined,
    secure: secureModel(delivery, context.link, context.content, {
      zone: details.zone,
      now,
      mayAdmin: context.mayAdmin,
    }),
    isUnknown: delivery.status === 'unknown',
    temporal: workflowLink(context.temporalUi, details.kind, {
      organizationId: context.organizationId,
      careEventId: delivery.careEventId,
    }),
  }
}
