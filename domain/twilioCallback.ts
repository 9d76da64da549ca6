/** Paths of the provider callbacks (API contract), and the parameter that carries the attempt's id. */
export const TWILIO_STATUS_PATH = '/callbacks/twilio/status'
export const ATTEMPT_PARAMETER = 'attempt'

/**
 * Where Twilio reports what became of an attempt. Null when the public address can't be reached from outside: Twilio
 * refuses a message whose callback points to the machine itself, and asking for its status still works.
 */
export function twilioStatusCallbackUrl(publicUrl: string, attemptId: string): string | null {
  const url = new URL(TWILIO_STATUS_PATH, publicUrl)
  if (/^(localhost|127\.|0\.0\.0\.0|\[::1?\])/.test(url.hostname)) return null
  url.searchParams.set(ATTEMPT_PARAMETER, attemptId)
  return url.href
}
