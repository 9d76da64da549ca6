import { listEhrSources } from '../../db/queries/ehrSources.ts'
import { type ReplayRequest, replayMessages } from '../../db/queries/inbound/replay.ts'
import { localPath, queryOf } from '../answer.ts'
import { everyPage } from '../everyPage.ts'
import { feedFilterOf, feedQuery, filterWords, isFiltered } from '../feed/query.ts'
import { addTo, progressModel, replaySentence, tallyOf, totalOf } from '../feed/replay.ts'
import { many, one, queryString } from '../formData.ts'
import { notice } from '../notice.ts'
import type { PageHandler, Visit } from '../visit.ts'
import { feedMarks } from '../words/feed.ts'
import { idOf, isId } from './ids.ts'

/** A request answers within some seconds; the page then asks for the next ones. */
const atOnce = 50

function taking({ deps, visitor, by }: Visit, request: Omit<ReplayRequest, 'limit'>, limit = atOnce) {
  const { database, encryption } = deps
  return replayMessages({ database, encryption }, visitor.organizationId, { ...request, limit }, by, (_id, error) =>
    deps.report(error, null),
  )
}

/** `POST /feed/:id/replay` */
export const replayOne: PageHandler = async (visit) => {
  const id = idOf(visit, 'message')
  return {
    later: async () => {
      const { items } = await taking(visit, { ids: [id] })
      const [done] = items
      if (!done) return { redirect: `/feed/${id}`, notice: notice('bad', 'There is nothing left to be taken again.') }
      const mark = feedMarks[done.outcome]
      const tone = mark.tone === 'calm' ? 'good' : mark.tone
      return {
        redirect: `/feed/${id}`,
        notice: notice(tone, `It was taken again: ${mark.word.toLowerCase()}. ${mark.meaning}`),
      }
    },
  }
}

/** `GET /feed/replay`: how many messages the list's filters find, before all of them are taken again. */
export const askToReplay: PageHandler = async (visit) => {
  const { query, organization } = visit
  const wanted = { ...feedQuery(query), cursor: '' }
  const here = `/feed${queryString(wanted)}`
  if (!isFiltered(wanted))
    return { redirect: here, notice: notice('warn', 'Say first which messages are meant: the feed has filters.') }
  const filters = filterWords(wanted, await everyPage((each) => listEhrSources(visit.tx, each)))
  return {
    later: async () => {
      const filter = feedFilterOf(wanted, organization.timeZone)
      const { remaining, nextCursor } = await taking(visit, { filter }, 0)
      if (nextCursor === null)
        return { redirect: here, notice: notice('warn', 'There is nothing left to be taken again.') }
      return {
        view: 'feedReplayAll',
        title: 'Take messages again?',
        section: 'feed',
        model: { ask: { count: remaining, filters, here, cursor: nextCursor } },
      }
    },
  }
}

/** `POST /feed/replay`: those that were selected, or all that the list's filters find; some at a time, with progress. */
export const replayMany: PageHandler = async (visit) => {
  const { form, organization } = visit
  const here = localPath(one(form, 'here'), '/feed')
  const ids = many(form, 'ids')
    .flatMap((value) => value.split(','))
    .filter(isId)
    .slice(0, 200)
  const all = one(form, 'which') === 'all'
  if (!all && ids.length === 0)
    return { redirect: here, notice: notice('warn', 'No message was selected, so nothing was taken again.') }
  const chosen = all ? { filter: feedFilterOf(feedQuery(queryOf(here)), organization.timeZone) } : { ids }
  return {
    later: async () => {
      const progress = await taking(visit, { ...chosen, cursor: one(form, 'cursor') || undefined })
      const tally = addTo(tallyOf(form), progress.items)
      if (progress.nextCursor !== null)
        return {
          view: 'feedReplay',
          title: 'Taking messages again',
          section: 'feed',
          model: { progress: progressModel({ ...form, ids: ids.join(',') }, tally, progress) },
        }
      if (totalOf(tally) === 0)
        return { redirect: here, notice: notice('warn', 'There is nothing left to be taken again.') }
      const tone = tally.received > 0 ? 'bad' : tally.quarantined + tally.partly > 0 ? 'warn' : 'good'
      return { redirect: here, notice: notice(tone, replaySentence(tally)) }
    },
  }
}
