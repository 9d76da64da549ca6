import type { Notification } from '../notification.ts'
import { typeAndId } from './bundle.ts'
import type { Element } from './element.ts'

/**
 * What a topic-based subscription says besides resources (R4 backport): its status comes first, as Parameters, in R4B as a
 * SubscriptionStatus. Null for a Bundle that is no notification.
 */
export function readNotification(entries: readonly Element[]): Notification | null {
  const status = entries[0]?.at('resource')
  const type = status?.text('resourceType', 60)
  if (status === undefined || (type !== 'Parameters' && type !== 'SubscriptionStatus')) return null
  const said = type === 'Parameters' ? fromParameters(status) : fromStatus(status)
  if (said.subscription === null) return null
  const included = new Set(entries.slice(1).filter(isWhole).flatMap(namesOf))
  const named = [
    ...said.focuses,
    ...entries
      .slice(1)
      .filter((entry) => !isWhole(entry))
      .flatMap(namesOf),
  ]
  return {
    subscription: said.subscription,
    type: said.type ?? 'event-notification',
    status: said.status,
    events: said.events.filter((event) => Number.isSafeInteger(event) && event >= 0),
    eventsSoFar: said.soFar,
    included: entries.slice(1).filter(isWhole).length,
    missing: [...new Set(named)].filter((name) => !included.has(name)),
  }
}

/** A whole resource, or the news that it is gone. */
export function isWhole(entry: Element): boolean {
  return entry.at('resource').isObject || entry.at('request').text('method', 10) === 'DELETE'
}

function namesOf(entry: Element): string[] {
  const resource = entry.at('resource')
  const own = `${resource.text('resourceType', 60)}/${resource.text('id', 200)}`
  if (resource.isObject) return [own]
  const found = typeAndId(entry.at('request').text('url')) ?? typeAndId(entry.text('fullUrl'))
  return found ? [`${found.type}/${found.id}`] : []
}

/** As many events as a Bundle may have entries: one that is not read would never be asked for. */
const most = 50_000

interface Said {
  subscription: string | null
  type: string | null
  status: string | null
  soFar: number | null
  events: number[]
  focuses: string[]
}

function fromParameters(status: Element): Said {
  const all = status.list('parameter', most)
  const one = (name: string) => all.find((parameter) => parameter.text('name', 60) === name)
  const events = all.filter((parameter) => parameter.text('name', 60) === 'notification-event')
  const parts = events.map((event) => event.list('part'))
  const part = (list: readonly Element[], name: string) => list.find((each) => each.text('name', 60) === name)
  return {
    subscription: one('subscription')?.at('valueReference').text('reference') ?? null,
    type: one('type')?.text('valueCode', 40) ?? null,
    status: one('status')?.text('valueCode', 40) ?? null,
    soFar: numberOf(one('events-since-subscription-start')),
    events: parts.map((list) => numberOf(part(list, 'event-number')) ?? Number.NaN),
    focuses: parts.flatMap((list) => focusOf(part(list, 'focus')?.at('valueReference').text('reference') ?? null)),
  }
}

function fromStatus(status: Element): Said {
  const events = status.list('notificationEvent', most)
  return {
    subscription: status.at('subscription').text('reference'),
    type: status.text('type', 40),
    status: status.text('status', 40),
    soFar: whole(status.at('eventsSinceSubscriptionStart').value),
    events: events.map((event) => whole(event.at('eventNumber').value) ?? Number.NaN),
    focuses: events.flatMap((event) => focusOf(event.at('focus').text('reference'))),
  }
}

function focusOf(reference: string | null): string[] {
  const found = typeAndId(reference)
  return found ? [`${found.type}/${found.id}`] : []
}

/** Event numbers are 64-bit and therefore strings in the backport, numbers elsewhere. */
function numberOf(parameter: Element | undefined): number | null {
  if (parameter === undefined) return null
  for (const name of ['valueString', 'valueInteger', 'valueUnsignedInt', 'valueInteger64', 'valueDecimal']) {
    const value = whole(parameter.at(name).value)
    if (value !== null) return value
  }
  return null
}

function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
