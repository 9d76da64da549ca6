import type { TextChannel } from '../../domain/action.ts'
import type { ProviderStatus } from '../../domain/delivery.ts'
import type { Clock, Instant } from '../../domain/instant.ts'
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
  at: Instant
}) => Promise<void>

export type SimulatedDeps = { store: SimulatorStore; report: ReportStatus; now: Clock }

/**
 * The embedded default: plays every channel, and delivers at once. Its report may come before the caller has recorded
 * the answer, as a real provider's may.
 */
export function simulatedChannel({ store, report, now }: SimulatedDeps): Channel {
  return {
    provider: 'simulated',
    isCertain: true,

    async send({ attemptId, deliveryId, channel, to, subject, body }) {
      const at = now()
      let providerId: string
      try {
        providerId = (await store.put({ attemptId, deliveryId, channel, to, subject, body, at })).id
      } catch {
        return { outcome: 'notKnown', code: 'simulatorStore' }
      }
      try {
        await report({ attemptId, providerId, status: 'delivered', at })
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
