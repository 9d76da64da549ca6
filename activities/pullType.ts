import { setTimeout as wait } from 'node:timers/promises'
import { type PullProgress, savePullProgress } from '../db/queries/inbound/pullProgress.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { firstPageUrl, nextPageUrl, readPage, secondLookUrl } from '../domain/inbound/pull/page.ts'
import type { PullSettings } from '../domain/inbound/pull/settings.ts'
import type { Instant } from '../domain/instant.ts'
import { jsonOf, notFhir, refusalOf } from '../ehr/fhir/refusal.ts'
import { type FhirPull, storePage } from './storePulled.ts'

/** No round has more: a server that leads in a ring would never let go. */
const maxPages = 100_000
const longestPauseMs = 1_000

/**
 * One round of one type, or what of it fits before `until`; true when the round is through. Each page is stored like a
 * message that was posted, and then remembered as done: a death in between repeats it, which changes nothing.
 */
export async function pullType(pull: FhirPull, type: string, progress: PullProgress, until: Instant): Promise<boolean> {
  const { deps, turn, settings, client } = pull
  const save = (next: PullProgress) => savePullProgress(deps.database, turn.taken, type, next)
  const seen = new Set<string>()
  let now = progress
  let restarted = false
  for (;;) {
    const url = now.nextPage ?? beginning(settings, type, now)
    seen.add(url)
    const answer = await client.get(url)
    // A page's address lives as long as the server likes: the round is begun anew, by the same change date.
    if (now.nextPage !== null && (answer.status === 404 || answer.status === 410) && !restarted) {
      restarted = true
      seen.clear()
      now = { ...now, nextPage: null, roundBeganAt: null, ...(isSecondLook(now) ? {} : { pages: 0, resources: 0 }) }
      continue
    }
    if (answer.status !== 200) throw refusalOf(settings, type, answer.status)
    const page = readPage(jsonOf(answer.body))
    if (page === null) throw notFhir(settings, type)
    const begun = deps.clock()
    await storePage(pull, answer.body, page, now.firstRoundDoneAt === null)
    const isAgain = isSecondLook(now)
    const isFirst = now.roundBeganAt === null && !isAgain
    now = {
      ...now,
      roundBeganAt: now.roundBeganAt ?? answer.at,
      nextPage: page.next === null ? null : nextPageUrl(settings, url, page.next),
      pages: (isFirst ? 0 : now.pages) + 1,
      resources: isAgain ? now.resources : (isFirst ? 0 : now.resources) + page.entries.length,
    }
    if (page.next === null && now.firstRoundDoneAt === null && !isAgain && now.pages > 1) {
      now = { ...now, since: now.roundBeganAt, roundBeganAt: null }
      await save(now)
      seen.clear()
      restarted = false
    } else if (page.next === null) {
      const doneAt = deps.clock()
      await save({
        ...now,
        since: isAgain ? now.since : now.roundBeganAt,
        roundBeganAt: null,
        firstRoundDoneAt: now.firstRoundDoneAt ?? doneAt,
        roundDoneAt: doneAt,
      })
      return true
    }
    if (page.next !== null) {
      const wrong = wrongNext(now, seen, settings)
      await save(wrong === null ? now : { ...now, roundBeganAt: null, nextPage: null })
      if (wrong !== null) throw wrong
    }
    if (turn.signal.aborted || deps.clock() >= until) return false
    // History takes its time: as long as a page takes to be stored, the database is everybody else's.
    if (now.firstRoundDoneAt === null) await wait(pauseMs(deps.clock() - begun), undefined, { signal: turn.signal })
  }
}

function beginning(settings: PullSettings, type: string, progress: PullProgress): string {
  return isSecondLook(progress)
    ? secondLookUrl(settings, type, progress.since)
    : firstPageUrl(settings, type, progress.since)
}

/**
 * The first round looks twice, unless one page is all. `since` is known from its first look on, and is where the second
 * round begins.
 */
function isSecondLook(progress: PullProgress): progress is PullProgress & { since: Instant } {
  return progress.since !== null && progress.firstRoundDoneAt === null
}

function pauseMs(tookMs: number): number {
  return Math.max(0, Math.min(tookMs, longestPauseMs))
}

function wrongNext({ nextPage, pages }: PullProgress, seen: ReadonlySet<string>, { baseUrl }: PullSettings) {
  const { origin } = new URL(baseUrl)
  if (nextPage === null)
    return new PullFailed(
      'foreignPage',
      `The next page of ${origin} is on another server, which is not asked: have its operators set its public address.`,
    )
  if (seen.has(nextPage) || pages >= maxPages)
    return new PullFailed('pageLoop', `The pages of ${origin} lead in a ring: its operators have to mend its paging.`)
  return null
}
