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

/**
 * The events of a subscription that had not arrived before this message and are not in it: from and to of the first
 * hole, both included; null when there is none.
 */
export function missedEvents(lastEvent: number | null, { events, eventsSoFar }: Notification): [number, number] | null {
  const known = events.length > 0 ? [...events].sort((a, b) => a - b) : eventsSoFar === null ? [] : [eventsSoFar + 1]
  let last = lastEvent ?? known[0]
  for (const event of known) {
    if (last === undefined) return null
    if (event > last + 1) return [last + 1, event - 1]
    last = Math.max(last, event)
  }
  return null
}

/** The last event that is known of after a notification. */
export function lastEventAfter(lastEvent: number | null, { type, events, eventsSoFar }: Notification): number | null {
  // A handshake begins the count anew.
  if (type === 'handshake') return eventsSoFar ?? 0
  // One that tells of events may have been overtaken: the later ones are only known of when they come.
  const told = events.length > 0 ? Math.max(...events) : (eventsSoFar ?? 0)
  return Math.max(lastEvent ?? 0, told)
}
