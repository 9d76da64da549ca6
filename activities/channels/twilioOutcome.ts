import { twilioError } from '../../domain/providerErrors.ts'
import type { SendOutcome } from './channel.ts'
import { TooManyRequests } from './twilioClient.ts'

/** The connection was never made, so nothing was sent: safe to try again. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
])

/** The words of an error that may be stored: its code, never its text. */
function field(error: unknown, name: 'code' | 'status'): unknown {
  return error instanceof Object && name in error ? Reflect.get(error, name) : undefined
}

/** An error's code as we store it. Errors are told by code, not by class: they cross realms and SDK versions. */
export function errorCode(error: unknown): string {
  const code = field(error, 'code')
  const status = field(error, 'status')
  if (typeof code === 'number' && code > 0) return String(code)
  if (typeof code === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(code)) return code === 'ECONNABORTED' ? 'timeout' : code
  return typeof status === 'number' ? `http${status}` : 'unreadableAnswer'
}

/**
 * What a failed call to Twilio means (Sending: the call). A 4xx is surely refused, and so is what never connected;
 * everything else may have been taken.
 */
export function failedOutcome(error: unknown): SendOutcome {
  const code = errorCode(error)
  const status = field(error, 'status')
  if (error instanceof TooManyRequests || status === 429)
    return {
      outcome: 'refused',
      retry: 'later',
      code,
      retryAfterMs: error instanceof TooManyRequests ? error.retryAfterMs : null,
    }
  if (NEVER_CONNECTED.has(code)) return { outcome: 'refused', retry: 'later', code, retryAfterMs: null }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const known = twilioError(code).kind
    const retry = known === 'unknown' && (status === 401 || status === 403) ? 'ours' : known
    return { outcome: 'refused', retry, code, retryAfterMs: null }
  }
  return { outcome: 'notKnown', code }
}
