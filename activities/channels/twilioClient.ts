import twilio from 'twilio'

export type TwilioConfig = {
  accountSid: string
  authToken: string
  /** Another address than Twilio's own, e.g. a fake's `http://127.0.0.1:1234`. */
  baseUrl?: string
  /** Shorter than the activity's time limit, so that a timeout here is still ours to record. */
  timeoutMs?: number
}

/** A 429, told apart here because the SDK's own error drops the header. */
export class TooManyRequests extends Error {
  readonly status = 429
  readonly code: unknown
  readonly retryAfterMs: number | null
  constructor(code: unknown, retryAfterMs: number | null) {
    super('too many requests')
    this.name = 'TooManyRequests'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** The SDK's own HTTP client, which can call another host; never retries by itself. */
class HostClient extends twilio.RequestClient {
  readonly #baseUrl: string | undefined

  constructor(baseUrl: string | undefined, timeout: number) {
    super({ timeout, autoRetry: false })
    this.#baseUrl = baseUrl
  }

  override async request<TData>(options: Parameters<typeof twilio.RequestClient.prototype.request<TData>>[0]) {
    const asked = new URL(options.uri)
    const uri = this.#baseUrl ? new URL(asked.pathname + asked.search, this.#baseUrl).href : options.uri
    const response = await super.request<TData>({ ...options, uri })
    if (response.statusCode === 429) throw tooMany(response)
    return response
  }
}

function tooMany(response: { body: unknown; headers?: unknown }): TooManyRequests {
  const headers = new Map(Object.entries(response.headers instanceof Object ? response.headers : {}))
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const code = response.body instanceof Object && 'code' in response.body ? response.body.code : undefined
  return new TooManyRequests(code, Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null)
}

/** The real SDK. Nothing is read from the environment. */
export function twilioClient({ accountSid, authToken, baseUrl, timeoutMs = 10_000 }: TwilioConfig): twilio.Twilio {
  return twilio(accountSid, authToken, { httpClient: new HostClient(baseUrl, timeoutMs), env: {}, lazyLoading: true })
}
