import { minuteMs } from '../../domain/instant.ts'
import type { Fed, Visit } from './feed.ts'
import { leadMs } from './scenarios.ts'
import type { Seen } from './seen.ts'

/** What a run saw beside what was wrong: how much, how late, and how much of it died half-way. */
export function figures({ visits, acknowledged, retries, repeats }: Fed, seen: Seen) {
  const attempts = seen.visits.flatMap((visit) => visit.deliveries.flatMap((delivery) => delivery.attempts))
  const count = (test: (attempt: (typeof attempts)[number]) => boolean) => attempts.filter(test).length
  return {
    ...{ acknowledged, retries, repeats, visits: visits.length, outcomes: seen.outcomes },
    wires: tally(visits.map(({ wire }) => wire)),
    told: seen.phone.length,
    deliveries: tally(
      seen.visits.flatMap(({ deliveries }) => deliveries.map(({ status, reason }) => reason ?? status)),
    ),
    // The worker, or the database under it, died between claim and bookkeeping.
    interrupted: {
      beforeTheCall: count(({ status }) => status === 'absent'),
      afterTheCall: count(({ status, errorCode }) => status === 'delivered' && errorCode !== null),
    },
    lateSeconds: lateness(visits, seen),
    toldPerMinute: perMinute(seen),
    files: seen.files,
  }
}

/** How many messages went out in each minute of the run. */
function perMinute({ phone }: Seen): number[] {
  const minutes = phone.map(({ sentAt }) => Math.floor(sentAt.getTime() / minuteMs)).sort((a, b) => a - b)
  const [first = 0] = minutes
  const counts = Array.from({ length: (minutes.at(-1) ?? first) - first + 1 }, () => 0)
  for (const minute of minutes) counts[minute - first] = (counts[minute - first] ?? 0) + 1
  return counts
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** From the moment in which a message was due, and known to be, until it was on the phone. */
function lateness(visits: readonly Visit[], seen: Seen): { p50: number; p99: number; max: number } {
  const sentAt = new Map(seen.phone.map((message) => [message.deliveryId, message.sentAt.getTime()]))
  const fed = new Set(visits.map(({ externalId }) => externalId))
  const late = seen.visits
    .filter(({ externalId }) => fed.has(externalId))
    .flatMap(({ deliveries, anchorKnownSince, startAt }) =>
      deliveries.flatMap(({ id, statedStartAt }) => {
        const sent = sentAt.get(id)
        if (sent === undefined || statedStartAt === null) return []
        const start = Date.parse(statedStartAt)
        const known = start === startAt.getTime() ? anchorKnownSince.getTime() : 0
        return [(sent - Math.max(start - leadMs, known)) / 1_000]
      }),
    )
    .sort((a, b) => a - b)
  const at = (share: number) => Math.round((late[Math.floor(late.length * share)] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99), max: Math.round((late.at(-1) ?? 0) * 10) / 10 }
}
