import type { TextChannel } from '../../domain/action.ts'
import type { ProviderStatus } from '../../domain/delivery.ts'
import type { Clock, Instant } from '../../domain/instant.ts'
import type { RefusalKind } from '../../domain/providerErrors.ts'
import { simulatedFailure } from '../../domain/simulatedFailure.ts'
import type { Channel } from './channel.ts'

/** A message on the simulated phone or in the simulated mailbox. */
export type SimulatedMessage = {
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
  find(attemptId: string): Promise<{ id: string } | null>
}

/** What the simulated carrier reports, on the same way as a real provider's callback. */
export type ReportStatus = (report: {
  attemptId: string
  providerId: string
  status: ProviderStatus
  errorCode: string | null
  /** What a failure asks of us; null when it arrived. */
  failure: RefusalKind | null
  at: Instant
}) => Promise<void>

export type SimulatedDeps = { store: SimulatorStore; report: ReportStatus; now: Clock }

/**
 * The embedded default: plays every channel, and delivers at once, except to the addresses that fail (see
 * `simulatedFailure`). Its report may come before the caller has recorded the answer, as a real provider's may.
 */
export function simulatedChannel({ store, report, now }: SimulatedDeps): Channel {
  return {
    provider: 'simulated',
    isCertain: true,

    async send({ attemptId, deliveryId, channel, to, subject, body }) {
      const at = now()
      const failure = simulatedFailure(channel, to)
      if (failure?.when === 'refused')
        return { outcome: 'refused', retry: failure.kind, code: failure.code, retryAfterMs: null }
      let providerId = attemptId
      try {
        // What does not arrive is on no phone.
        if (!failure) providerId = (await store.put({ attemptId, deliveryId, channel, to, subject, body, at })).id
      } catch {
        return { outcome: 'notKnown', code: 'simulatorStore' }
      }
      try {
        await report(
          failure
            ? { attemptId, providerId, status: 'undelivered', errorCode: failure.code, failure: failure.kind, at }
            : { attemptId, providerId, status: 'delivered', errorCode: null, failure: null, at },
        )
      } catch {
        // A report that is lost leaves the message as sent, as with a real carrier.
      }
      return { outcome: 'accepted', providerId, status: 'sent', errorCode: null }
    },

    async find({ attemptId }) {
      try {
        const found = await store.find(attemptId)
        if (!found) return { result: 'absent' }
        return { result: 'found', providerId: found.id, status: 'delivered', errorCode: null }
      } catch {
        return { result: 'undecidable', code: 'simulatorStore' }
      }
    },
  }
}
