import { fetch, type Response } from 'undici'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { agentOf } from './agent.ts'
import { addressOf, type EhrNetwork } from './network.ts'

/** One request to a server of an EHR. */
export interface EhrRequest {
  url: string
  method?: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** Ends it, whatever it is doing. */
  signal: AbortSignal
  /** Left out: any host may be asked. */
  network?: EhrNetwork | undefined
}
export interface EhrAnswer {
  status: number
  headers: Pick<Headers, 'get'>
  body: Buffer
}

const timeoutMs = 30_000
const maxAnswerBytes = 32 * 1024 ** 2
const maxRedirects = 3

/**
 * Asks once. Follows redirects on the same server only: another one would get what we prove ourselves with. Throws
 * `PullFailed` when the host may not be asked, no answer comes, or one that is too large; any status is an answer.
 */
export async function askEhr(request: EhrRequest): Promise<EhrAnswer> {
  const { origin, hostname } = new URL(request.url)
  if (request.network) await addressOf(request.network, hostname)
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([request.signal, timeout])
  let url = request.url
  try {
    for (let redirects = 0; ; redirects += 1) {
      const response = await fetch(url, {
        method: request.method ?? 'GET',
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        signal,
        ...(request.network && { dispatcher: agentOf(request.network) }),
      })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null)
        return { status: response.status, headers: response.headers, body: await bodyOf(response, origin) }
      await response.body?.cancel()
      const target = URL.parse(location, url)
      if (target?.origin !== origin || redirects >= maxRedirects || request.method === 'POST')
        throw new PullFailed('redirected', `${origin} sends on to another address: give the one it sends to instead.`)
      url = target.href
    }
  } catch (error) {
    if (error instanceof PullFailed || request.signal.aborted) throw error
    // `fetch` hides why it could not connect in a cause.
    if (error instanceof Error && error.cause instanceof PullFailed) throw error.cause
    if (timeout.aborted)
      throw new PullFailed('timedOut', `${origin} did not answer in ${timeoutMs / 1000} seconds: ask its operators.`)
    const code = networkCode(error)
    throw new PullFailed(
      'unreachable',
      `No server answers at ${origin} (${code}): correct the address, or ask its operators to let us in.`,
    )
  }
}

async function bodyOf(response: Response, origin: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes)
      throw new PullFailed(
        'tooLarge',
        `An answer of ${origin} is larger than ${maxAnswerBytes / 1024 ** 2} MB: set a smaller page size.`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Of the socket or of TLS, somewhere among the causes. */
function networkCode(error: unknown): string {
  for (let each = error; typeof each === 'object' && each !== null; each = (each as { cause?: unknown }).cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code)) return code
  }
  return 'connection lost'
}
