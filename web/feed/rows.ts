import type { FeedMessageView } from '../../db/queries/feed.ts'
import type { FeedEntryView, FeedMessageDetails } from '../../db/queries/feedMessage.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { becameSentence, feedMarks, recordMark, subjectWord } from '../words/feed.ts'
import { writtenOut } from '../words/time.ts'

interface Reader {
  zone: Zone
  now: Instant
}

/** A reason's sentence after its place; the place of the message as a whole has no name of its own. */
function reasonRow({ path, message }: { path: string; message: string }) {
  return { place: path === '$this' ? null : path, text: path === '$this' ? `The message ${message}` : message }
}

/** One row of the feed. */
export function feedRow(message: FeedMessageView, { zone, now }: Reader) {
  const [first, ...others] = message.reasons
  return {
    id: message.id,
    href: `/feed/${message.id}`,
    title: message.kind ?? 'Unreadable message',
    controlId: message.controlId,
    source: message.source,
    mark: feedMarks[message.outcome],
    became: becameSentence(message.became),
    reason: first ? reasonRow(first) : null,
    moreReasons: others.length,
    hasRaw: message.hasRaw,
    when: writtenOut(Date.parse(message.receivedAt), zone, now, 'tt'),
  }
}

function entryRow(entry: FeedEntryView) {
  const { careEventId, patientId, kind, resource } = entry
  return {
    title: subjectWord(kind, resource),
    resource: kind === null || subjectWord(kind, resource) === resource ? null : resource,
    externalId: entry.externalId,
    mark: recordMark(entry.outcome),
    reasons: entry.reasons.map(reasonRow),
    careEventHref: careEventId && `/care-events/${careEventId}`,
    patientHref: patientId && `/patients/${patientId}`,
  }
}

/** A message with what each of its records became. */
export function feedMessageModel(
  message: FeedMessageDetails,
  { zone, now, mayAdmin, raw }: Reader & { mayAdmin: boolean; raw: string | null },
) {
  const out = (instant: string | null) => instant && writtenOut(Date.parse(instant), zone, now, 'tt')
  // Each record says its own: what is left is about the message as a whole.
  const told = new Set(
    message.entries.flatMap(({ reasons }) => reasons.map(({ path, message }) => `${path} ${message}`)),
  )
  const own = message.reasons.filter(({ path, message }) => !told.has(`${path} ${message}`))
  const total = message.became.reduce((sum, { count }) => sum + count, 0)
  return {
    ...feedRow(message, { zone, now }),
    sourceHref: `/feed?sourceId=${message.sourceId}`,
    contentType: message.contentType || 'none',
    received: out(message.receivedAt),
    said: out(message.saidAt),
    replayed: out(message.replayedAt),
    reasons: own.map(reasonRow),
    entries: message.entries.map(entryRow),
    notListed: total - message.entries.length,
    mayReplay: mayAdmin && message.hasRaw,
    mayRead: mayAdmin && message.hasRaw && raw === null,
    raw,
  }
}
