/** What a subscription says besides resources: that it lives, how far it is, and what it names without including it. */
export interface Notification {
  /** Its reference, by which it is known again. */
  subscription: string
  /** `handshake`, `heartbeat`, `event-notification`, `query-status`, …: as the source says it. */
  type: string
  status: string | null
  /** The numbers of the events that this message tells of. */
  events: readonly number[]
  /** How many there were since it began, this message's included. */
  eventsSoFar: number | null
  /** `Type/id` of what changed and is not in the message. */
  missing: readonly string[]
  /** How many resources the message itself brings. */
  included: number
}

/** The events of a subscription that never arrived: from and to, both included; null when there are none. */
export function missedEvents(lastEvent: number | null, { events, eventsSoFar }: Notification): [number, number] | null {
  const first = events.length > 0 ? Math.min(...events) : eventsSoFar === null ? null : eventsSoFar + 1
  // A subscription that was started anew counts from the beginning.
  if (lastEvent === null || first === null || first <= lastEvent + 1) return null
  return [lastEvent + 1, first - 1]
}

/** The last event that is known of after a notification. */
export function lastEventAfter(lastEvent: number | null, { type, events, eventsSoFar }: Notification): number | null {
  // A handshake begins the count anew.
  if (type === 'handshake') return eventsSoFar ?? 0
  const told = Math.max(...events, eventsSoFar ?? 0)
  return lastEvent === null ? (Number.isFinite(told) ? told : null) : Math.max(lastEvent, told)
}
