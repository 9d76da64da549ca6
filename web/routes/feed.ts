import type { Router } from 'express'
import { listEhrSources } from '../../db/queries/ehrSources.ts'
import { countQuarantined, listFeed } from '../../db/queries/feed.ts'
import { getFeedMessage, readRawMessage } from '../../db/queries/feedMessage.ts'
import { readSourceCounters } from '../../db/queries/sourceCounters.ts'
import { feedOutcomes } from '../../domain/inbound/feed.ts'
import { readableText } from '../../domain/inbound/rawText.ts'
import { dayMs, type Instant, type Zone } from '../../domain/instant.ts'
import { localDate } from '../../domain/time.ts'
import type { Answer } from '../answer.ts'
import { everyPage } from '../everyPage.ts'
import { fileRowsOf } from '../feed/fileRows.ts'
import { feedFilterOf, feedQuery, isFiltered } from '../feed/query.ts'
import { feedMessageModel, feedRow } from '../feed/rows.ts'
import { queryString } from '../formData.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { feedMarks } from '../words/feed.ts'
import { writtenLocalDate, writtenOut } from '../words/time.ts'
import { askToReplay, replayMany, replayOne } from './feedReplay.ts'
import { idOf } from './ids.ts'

const perPage = 50
/** More than these are told as "200+". */
const countedQuarantine = 200
const counterDays = 14

/** `GET /feed`: what the EHRs sent, and what became of it. */
const list: PageHandler = async (visit) => {
  const { tx, query, organization, now, visitor } = visit
  const wanted = feedQuery(query)
  const zone = organization.timeZone
  const page = await listFeed(tx, {
    ...feedFilterOf(wanted, zone),
    limit: perPage,
    cursor: wanted.cursor || undefined,
  })
  const sources = await everyPage((each) => listEhrSources(tx, each))
  const quarantined = await countQuarantined(tx, countedQuarantine + 1)
  const here = `/feed${queryString({ ...wanted, cursor: '' })}`
  const source = sources.find(({ id }) => id === wanted.sourceId)
  const model = {
    query: wanted,
    filtered: isFiltered(wanted),
    here,
    replayAll: `/feed/replay${queryString({ ...wanted, cursor: '' })}`,
    mayReplay: mayAct(visitor.role, 'admin'),
    outcomes: feedOutcomes.map((value) => ({ value, label: feedMarks[value].word })),
    sources: sources.map(({ id, name }) => ({ id, name })),
    quarantined: quarantined > countedQuarantine ? `${countedQuarantine}+` : String(quarantined),
    silent: sources.flatMap(({ id, name, silentSince }) =>
      silentSince === null
        ? []
        : [{ name, href: `/feed?sourceId=${id}`, since: writtenOut(Date.parse(silentSince), zone, now) }],
    ),
    only: onlyWords(wanted),
    inFiles: await fileRowsOf(visit, wanted),
    rows: page.items.map((message) => feedRow(message, { zone, now })),
    next: page.nextCursor === null ? null : `/feed${queryString({ ...wanted, cursor: page.nextCursor })}`,
    back: wanted.cursor === '' ? null : here,
    counters: source ? { name: source.name, days: await counterRows(visit, source.id, zone, now) } : null,
  }
  return { view: 'feed', title: 'Feed', section: 'feed', model: { list: model } }
}

/** What a link from a care event or a patient has narrowed the list to. */
function onlyWords(query: ReturnType<typeof feedQuery>) {
  const { careEventId, patientId } = query
  if (careEventId !== '') return { what: 'of one care event', href: `/care-events/${careEventId}` }
  return patientId === '' ? null : { what: 'about one patient', href: `/patients/${patientId}` }
}

/** Days without anything are left out: the list is read on a phone, too. */
async function counterRows({ tx }: Visit, sourceId: string, zone: Zone, now: Instant) {
  const period = { from: localDate(zone, now - (counterDays - 1) * dayMs), to: localDate(zone, now) }
  const { days } = await readSourceCounters(tx, sourceId, period)
  return days
    .filter(({ received, refused }) => received + refused > 0)
    .map(({ date, lagSeconds, ...counts }) => ({
      ...counts,
      day: writtenLocalDate(date),
      href: `/feed${queryString({ sourceId, from: date, to: date })}`,
      lag: lagSeconds === null ? null : lagWords(lagSeconds),
    }))
}

function lagWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

/** `GET /feed/:id` */
const open: PageHandler = (visit) => show(visit, null)

/** `POST /feed/:id/raw`: a message as it came; a POST, because that it was read is recorded. */
const raw: PageHandler = async (visit) => {
  const { contentType, body } = await readRawMessage(visit.tx, idOf(visit, 'message'), visit.deps.encryption, visit.by)
  return show(visit, readableText(contentType, body))
}

async function show(visit: Visit, text: string | null): Promise<Answer> {
  const { tx, now, organization, visitor } = visit
  const message = await getFeedMessage(tx, idOf(visit, 'message'))
  const mayAdmin = mayAct(visitor.role, 'admin')
  const model = feedMessageModel(message, { zone: organization.timeZone, now, mayAdmin, raw: text })
  return {
    view: 'feedMessage',
    title: `${model.title} from ${model.source}`,
    section: 'feed',
    model: { message: model },
  }
}

export function feedRoutes(web: Router, visit: Visits): void {
  web.get('/feed', visit('staff', list))
  web.get('/feed/replay', visit('admin', askToReplay))
  web.post('/feed/replay', visit('admin', replayMany))
  web.get('/feed/:id', visit('staff', open))
  web.post('/feed/:id/raw', visit('admin', raw))
  web.post('/feed/:id/replay', visit('admin', replayOne))
}
