import type { ProviderStatus } from './delivery.ts'

/**
 * What a provider's refusal or failure asks of us: `optOut` record it, no SMS or voice to that number; `permanent` the
 * address can't be reached this way, next channel; `ours` our set-up is wrong, operators; `later` the same again after
 * a while; `unknown` no retry, tell the operators.
 */
export type RefusalKind = 'optOut' | 'permanent' | 'ours' | 'later' | 'unknown'

export interface ProviderError {
  kind: RefusalKind
  /** For operators; holds no text of the provider's. */
  meaning: string
}

/** Twilio's codes that we act on (Sending: facts). */
const TWILIO_ERRORS: Readonly<Record<string, ProviderError>> = {
  20003: { kind: 'ours', meaning: 'The account or its key is not accepted.' },
  20429: { kind: 'later', meaning: 'Too many requests at once.' },
  21211: { kind: 'permanent', meaning: 'The number is not a valid one.' },
  21408: { kind: 'ours', meaning: 'The account may not send to that region.' },
  21606: { kind: 'ours', meaning: 'The sender cannot send SMS to that number.' },
  21610: { kind: 'optOut', meaning: 'The recipient has replied STOP to this sender.' },
  21612: { kind: 'ours', meaning: 'This pair of sender and number cannot be served.' },
  21614: { kind: 'permanent', meaning: 'The number is no mobile phone.' },
  30001: { kind: 'later', meaning: "The sender's queue was full." },
  30003: { kind: 'later', meaning: 'The handset was switched off or out of reach.' },
  30004: { kind: 'permanent', meaning: 'The recipient blocks messages.' },
  30005: { kind: 'permanent', meaning: 'The number does not exist any more.' },
  30006: { kind: 'permanent', meaning: 'A landline, or a carrier that takes no SMS.' },
  30007: { kind: 'ours', meaning: 'The carrier filtered the message as unwanted.' },
  30008: { kind: 'later', meaning: 'The carrier did not say why it was not delivered.' },
  30034: { kind: 'ours', meaning: 'The sender is not registered for business texts (10DLC).' },
}

/** What to do about a Twilio error code, from an answer or a callback. */
export function twilioError(code: string | number | null): ProviderError {
  const known = Object.hasOwn(TWILIO_ERRORS, String(code)) ? TWILIO_ERRORS[String(code)] : undefined
  return known ?? { kind: 'unknown', meaning: 'A code that is not in our list; it is not tried again.' }
}

const TWILIO_STATUS: Readonly<Record<string, ProviderStatus>> = {
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  partially_delivered: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
}

/** Our word for Twilio's `MessageStatus`; undefined for one that says nothing about our message (`received`). */
export function twilioStatus(status: string): ProviderStatus | undefined {
  return Object.hasOwn(TWILIO_STATUS, status) ? TWILIO_STATUS[status] : undefined
}
