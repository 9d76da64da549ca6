import twilio from 'twilio'

export interface SignedRequest {
  authToken: string
  /** The header `X-Twilio-Signature`. */
  signature: string | undefined
  /** The address as Twilio called it: the public one with path and query, whatever a proxy made of it. */
  url: string
  /** The parameters of the form body. */
  parameters: Record<string, unknown>
}

/** Whether a callback comes from Twilio: HMAC-SHA1 over the public URL and the parameters (Sending: callbacks). */
export function isSignedByTwilio({ authToken, signature, url, parameters }: SignedRequest): boolean {
  if (!signature || !authToken) return false
  return twilio.validateRequest(authToken, signature, url, parameters)
}
