import { setTimeout as wait } from 'node:timers/promises'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import type { Clock, Instant } from '../domain/instant.ts'
import type { EhrNetwork } from './network.ts'
import { askEhr, type EhrAnswer, type EhrRequest } from './request.ts'

/** What asking works with, whatever is asked. */
export interface Asking {
  clock: Clock
  /** Ends it, whatever it is doing. */
  signal: AbortSignal
  network?: EhrNetwork | undefined
}

/** Of an answer that may be another one a moment later. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
const passingFailures: ReadonlySet<string> = new Set(['unreachable', 'timedOut'])
/** Between one try and the next, when the server names none. */
const waitsMs = [1_000, 3_000]
/** Longer than this is not waited for: the source is given back, and asked again then. */
const longestWaitMs = 10_000

/**
 * Asks until there is an answer to go on with, three times at most. Throws `PullFailed` when the server is busy, with
 * when it wants to be asked again, or when it fails every time.
 */
export async function askPatiently(request: EhrRequest, clock: Clock): Promise<EhrAnswer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await askEhr(request).catch((error: unknown) => {
      const again = error instanceof PullFailed && passingFailures.has(error.code) && tries < waitsMs.length
      if (again && !request.signal.aborted) return null
      throw error
    })
    if (answer && !passing.has(answer.status)) return answer
    const now = clock()
    const retryAt = answer && retryAfter(answer.headers.get('retry-after'), now)
    const waitMs = retryAt === null ? waitsMs[tries] : retryAt - now
    if (waitMs === undefined || waitMs > longestWaitMs || tries >= waitsMs.length)
      throw failureOf(request, answer, retryAt)
    await wait(waitMs, undefined, { signal: request.signal })
  }
}

/** Seconds, or a date. */
function retryAfter(header: string | null, now: Instant): Instant | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header.trim())) return now + Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(now, date)
}

function failureOf({ url }: EhrRequest, answer: EhrAnswer | null, retryAt: Instant | null): PullFailed {
  const { origin } = new URL(url)
  const status = answer?.status ?? 0
  if (status === 429 || status === 503)
    return new PullFailed('busy', `${origin} has no time for us (HTTP ${status}): it is asked again later.`, retryAt)
  return new PullFailed('serverFailed', `${origin} fails (HTTP ${status}): ask its operators.`, retryAt)
}
