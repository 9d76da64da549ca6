import type { TextChannel } from '../../domain/action.ts'
import type { ProviderStatus } from '../../domain/delivery.ts'
import type { Instant } from '../../domain/instant.ts'
import type { RefusalKind } from '../../domain/providerErrors.ts'

/** One call to a provider, as the claim has fixed it. */
export type OutgoingMessage = {
  organizationId: string
  /** Travels in the status callback, so that the provider's word finds its attempt. */
  attemptId: string
  deliveryId: string
  channel: TextChannel
  /** E.164 number or email address. */
  to: string
  /** The sender's number or address; left out, the channel's default sender. */
  from?: string
  subject: string | null
  /** Plain text. */
  body: string
  /** E-mail: the same as HTML, for providers that send both parts. */
  html?: string
  /** Where the provider reports what became of it; null: it does not report. */
  statusCallbackUrl: string | null
  /** How long the provider may try to hand it on; after that the news is stale. */
  validForSeconds?: number
}

export type SendOutcome =
  | { outcome: 'accepted'; providerId: string; status: ProviderStatus; errorCode: string | null }
  | { outcome: 'refused'; retry: RefusalKind; code: string; retryAfterMs: number | null }
  /** The provider may have taken it: reconcile, never send again blindly. */
  | { outcome: 'notKnown'; code: string }

/** What is known of an attempt whose outcome is not. */
export type LostMessage = OutgoingMessage & {
  /** When the call was made. */
  attemptedAt: Instant
}

export type FindOutcome =
  | { result: 'found'; providerId: string; status: ProviderStatus; errorCode: string | null }
  /** Not there now; the caller needs two such answers, at least 5 minutes after the call (Sending: reconcile). */
  | { result: 'absent' }
  /** The provider can't be asked, or the answer fits more than one message. */
  | { result: 'undecidable'; code: string }

/**
 * A way out to the world, with a time limit of its own that is shorter than the activity's. Nothing a provider does
 * makes these throw, and no provider's text leaves them: codes only, because what they return is stored and shown.
 */
export type Channel = {
  /** Stored with the attempt: 'simulated', 'twilio'. */
  readonly provider: string
  /** What it does not find it never took, and the same attempt twice is one message: its store can't be behind. */
  readonly isCertain?: boolean
  send(message: OutgoingMessage): Promise<SendOutcome>
  find(message: LostMessage): Promise<FindOutcome>
}
