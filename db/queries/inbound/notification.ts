import { lastEventAfter, missedEvents, type Notification } from '../../../domain/inbound/notification.ts'
import { pulledTypes } from '../../../domain/inbound/pull/settings.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'
import { pullSoon, want } from './wanted.ts'

/** More references than this are not listed one by one. */
const listed = 20

/**
 * Notes how far a subscription is. What it named without including it, and events that never arrived, are the message's
 * warnings: the feed shows them.
 */
export async function noteNotification(
  { tx, source, now }: Applying,
  notification: Notification,
): Promise<InboundReason[]> {
  const [known] = await tx.query<{ last_event: number | null }>(
    `insert into ehr_subscription (organization_id, source_id, subscription, status, last_event, missed_events, notified_at)
     values ($1, $2, $3, $4, null, 0, $5)
     on conflict (organization_id, source_id, subscription) do update set status = excluded.status, notified_at = excluded.notified_at
     returning last_event`,
    [tx.organizationId, source.id, notification.subscription, notification.status, at(now)],
  )
  const lastEvent = known?.last_event ?? null
  const missed = missedEvents(lastEvent, notification)
  await tx.query(
    `update ehr_subscription set last_event = $4, missed_events = missed_events + $5
      where organization_id = $1 and source_id = $2 and subscription = $3`,
    [
      tx.organizationId,
      source.id,
      notification.subscription,
      lastEventAfter(lastEvent, notification),
      missed ? missed[1] - missed[0] + 1 : 0,
    ],
  )
  const isFetched = source.settings.pull !== null
  const fetched = isFetched ? notification.missing.filter(isFetchable) : []
  if (fetched.length > 0) await want(tx, source, fetched, now)
  if (isFetched && (missed !== null || saysNothing(notification))) await pullSoon(tx, source, now)
  return [...warningOfMissed(missed, isFetched), ...warningOfMissing(notification, isFetched)]
}

const fetchable = new RegExp(`^(${pulledTypes.join('|')})/[A-Za-z0-9.-]{1,64}$`)
const isFetchable = (name: string) => fetchable.test(name)

/** An empty payload: events happened, and none of them says to what. */
function saysNothing({ type, events, eventsSoFar, missing, included }: Notification): boolean {
  return type === 'event-notification' && (events.length > 0 || eventsSoFar !== null) && missing.length + included === 0
}

function warningOfMissed(missed: [number, number] | null, isFetched: boolean): InboundReason[] {
  if (missed === null) return []
  const [from, to] = missed
  const which = from === to ? `event ${from}` : `events ${from} to ${to}`
  const what = isFetched ? 'what changed since is fetched' : 'have the source send what changed since, as a Bundle'
  const message = `shows that ${which} never arrived: ${what}`
  return [{ severity: 'warning', code: 'inconsistent', path: 'Bundle.entry[0].resource', message }]
}

function warningOfMissing({ missing }: Notification, isFetched: boolean): InboundReason[] {
  if (missing.length === 0) return []
  const names = missing.slice(0, listed).join(', ') + (missing.length > listed ? ', …' : '')
  const what = isFetched ? 'they are fetched' : 'have the subscription send full resources'
  const message = `names what it does not include (${names}): ${what}`
  return [{ severity: 'warning', code: 'unresolvedReference', path: 'Bundle.entry', message }]
}
