import type { TextChannel } from '../../domain/action.ts'
import type { Clock, Instant } from '../../domain/instant.ts'
import type { RefusalKind } from '../../domain/providerErrors.ts'
import { simulatedFailure } from '../../domain/simulatedFailure.ts'
import type { Channel } from './channel.ts'

/** A message on the simulated phone or in the simulated mailbox. */
export type SimulatedMessage = {
  organizationId: string
  attemptId: string
  deliveryId: string
  channel: TextChannel
  to: string
  subject: string | null
  body: string
  at: Instant
}

export type SimulatorStore = {
  /** Stores it once per attempt, however often it is called; returns the stored message's id. */
  put(message: SimulatedMessage): Promise<{ id: string }>
  find(organizationId: string, attemptId: string): Promise<{ id: string } | null>
}

/** What the simulated carrier reports later, on the same way as a real provider's callback: that it did not arrive. */
export type ReportStatus = (report: {
  attemptId: string
  providerId: string
  status: 'undelivered'
  errorCode: string
  /** What the failure asks of us. */
  failure: RefusalKind
  at: Instant
}) => Promise<void>

export type SimulatedDeps = { store: SimulatorStore; report: ReportStatus; now: Clock }

/**
 * The embedded default: plays every channel. It delivers at once and says so, except to the addresses that fail (see
 * `simulatedFailure`): some it refuses, of others it reports that nothing arrived. Such a report may come before the
 * caller has recorded the answer, as a real provider's may.
 */
export function simulatedChannel({ store, report, now }: SimulatedDeps): Channel {
  return {
    provider: 'simulated',
    isCertain: true,

    async send({ organizationId, attemptId, deliveryId, channel, to, subject, body }) {
      const at = now()
      const failure = simulatedFailure(channel, to)
      if (failure?.when === 'refused')
        return { outcome: 'refused', retry: failure.kind, code: failure.code, retryAfterMs: null }
      if (failure) {
        // What does not arrive is on no phone.
        const { kind, code: errorCode } = failure
        try {
          await report({ attemptId, providerId: attemptId, status: 'undelivered', errorCode, failure: kind, at })
        } catch {
          // A report that is lost leaves the message as sent, as with a real carrier.
        }
        return { outcome: 'accepted', providerId: attemptId, status: 'sent', errorCode: null }
      }
      try {
        const { id } = await store.put({ organizationId, attemptId, deliveryId, channel, to, subject, body, at })
        return { outcome: 'accepted', providerId: id, status: 'delivered', errorCode: null }
      } catch {
        return { outcome: 'notKnown', code: 'simulatorStore' }
      }
    },

    async find({ organizationId, attemptId }) {
      try {
        const found = await store.find(organizationId, attemptId)
        if (!found) return { result: 'absent' }
        return { result: 'found', providerId: found.id, status: 'delivered', errorCode: null }
      } catch {
        return { result: 'undecidable', code: 'simulatorStore' }
      }
    },
  }
}
