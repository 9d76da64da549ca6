import { type Instant, minuteMs } from '../../domain/instant.ts'
import type { Acknowledged, Visit } from './feed.ts'
import { leadMs } from './scenarios.ts'
import type { PhoneMessage, Seen, SeenDelivery, SeenVisit } from './seen.ts'

/** The text that a patient gets of a visit at `start`, as the action says it (see `killFeed.ts`). */
export function textOf({ whom }: Visit, start: Instant): string {
  const time = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: 'America/New_York', hour: 'numeric', minute: '2-digit' },
  }).format(start)
  return `${whom.firstName} at ${time.replace(/\s/, ' ')}`
}

/**
 * What is not as it has to be, each in a sentence: the end state of every acknowledged visit, what was done with its
 * messages, its plan, its workflow, what its patient reads on the phone, and that the ledger accounts for all of it.
 *
 * @param now when it was read, and nothing was under way any more
 */
export function check(visits: readonly Visit[], seen: Seen, now: Instant): string[] {
  const known = new Map(seen.visits.map((visit) => [`${visit.sourceId}/${visit.externalId}`, visit]))
  const phone = Map.groupBy(seen.phone, ({ deliveryId }) => deliveryId)
  const wrong: string[] = []
  for (const visit of visits) {
    const found = known.get(`${visit.sourceId}/${visit.externalId}`)
    const all = found
      ? [...ofState(visit, found), ...ofMessages(visit, found, phone, now)]
      : ['was acknowledged and is not there']
    for (const what of all) wrong.push(`${visit.externalId} (${visit.scenario}, ${visit.wire}): ${what}`)
  }
  const deliveries = new Set(seen.visits.flatMap((visit) => visit.deliveries.map(({ id }) => id)))
  for (const { deliveryId, body } of seen.phone)
    if (!deliveries.has(deliveryId)) wrong.push(`the phone has "${body}", which is of no delivery`)
  const bodies = Map.groupBy(seen.phone, ({ to, body }) => `${to}: ${body}`)
  for (const [text, all] of bodies) if (all.length > 1) wrong.push(`the phone has ${all.length} times ${text}`)
  return wrong
}

/** The appointment is as its last message said, and each of its messages was applied once. */
function ofState({ acknowledged, whom }: Visit, found: SeenVisit): string[] {
  const last = acknowledged.at(-1) as Acknowledged
  const { created = 0, updated = 0, unchanged: _again, older: _late, ...others } = found.records
  return [
    ...(found.status === last.state.status ? [] : [`is ${found.status}, acknowledged as ${last.state.status}`]),
    ...(found.startAt.getTime() === last.state.start
      ? []
      : [`starts at ${iso(found.startAt)}, not ${iso(last.state.start)}`]),
    ...(found.version.getTime() === last.version
      ? []
      : [`has the version ${iso(found.version)}, not ${iso(last.version)}`]),
    ...(found.patient === whom.patientId ? [] : [`is of ${found.patient}`]),
    ...(created === 1 ? [] : [`was created by ${created} messages`]),
    ...(updated === acknowledged.length - 1
      ? []
      : [`was changed by ${updated} messages, not ${acknowledged.length - 1}`]),
    ...Object.entries(others).map(([outcome, count]) => `has ${count} messages that are ${outcome}`),
  ]
}

function ofMessages(visit: Visit, found: SeenVisit, phone: Map<string, PhoneMessage[]>, now: Instant): string[] {
  const last = visit.acknowledged.at(-1) as Acknowledged
  const dueAt = last.state.start - leadMs
  const isBooked = last.state.status === 'booked'
  const isToCome = isBooked && dueAt > now
  const planned = found.planned.filter(({ verdict }) => verdict === 'planned').map(({ sendAt }) => iso(sendAt))
  const wanted = isToCome ? [iso(dueAt)] : []
  const wrong: string[] = []
  if (planned.join() !== wanted.join()) wrong.push(`has the plan [${planned}], not [${wanted}]`)
  // One that wakes earlier than it must finds the later, or empty, plan then: nobody signals it for that.
  const earlier = visit.acknowledged.map(({ state }) => iso(state.start - leadMs))
  const wakes = found.wakeAt === null ? [] : [iso(found.wakeAt)]
  const isEarly = found.wakeAt !== null && found.wakeAt.getTime() > now && earlier.includes(iso(found.wakeAt))
  const isInTime = !isToCome || (found.wakeAt !== null && found.wakeAt.getTime() <= dueAt)
  if (wakes.join() !== wanted.join() && !(isEarly && isInTime)) wrong.push(`wakes at [${wakes}], not [${wanted}]`)
  if (found.isRunning !== (found.wakeAt !== null)) wrong.push(`${found.isRunning ? 'has a' : 'has no'} workflow`)

  const told = found.deliveries.flatMap((delivery) => {
    const messages = phone.get(delivery.id) ?? []
    wrong.push(...ofDelivery(visit, delivery, messages))
    return messages.map((message) => ({ delivery, message }))
  })
  const starts = new Set(
    visit.acknowledged.filter(({ state }) => state.status === 'booked').map(({ state }) => state.start),
  )
  const texts = new Set([...starts].map((start) => textOf(visit, start)))
  for (const { message } of told) {
    if (!texts.has(message.body)) wrong.push(`told "${message.body}", which nobody said`)
    if (message.to !== visit.whom.phone) wrong.push(`told it to ${message.to}`)
  }
  for (const start of starts) {
    const of = told.filter(({ message }) => message.body === textOf(visit, start))
    const isLast = isBooked && start === last.state.start
    if (isLast) {
      const toldEarlier = told.length > of.length
      // Known only after it was due (the feed was held up): nothing to tell, unless another time was told before.
      const isTold = dueAt <= now && (found.anchorKnownSince.getTime() <= dueAt || toldEarlier)
      if (of.length !== (isTold ? 1 : 0))
        wrong.push(`was told of ${iso(start)} ${of.length} times, not ${isTold ? 1 : 0}`)
    } else {
      if (of.length > 1) wrong.push(`was told of ${iso(start)} ${of.length} times`)
    }
    for (const one of of) wrong.push(...ofTime(visit, start, one))
  }
  const late = found.anchorKnownSince.getTime()
  const first = visit.acknowledged.find(({ state }) => state.start === last.state.start) as Acknowledged
  if (late < first.firstSentAt || late > first.acknowledgedAt)
    wrong.push(
      `knows its start since ${iso(late)}, which was said from ${iso(first.firstSentAt)} to ${iso(first.acknowledgedAt)}`,
    )
  return wrong
}

/** Told not before it was due, and only while the visit stood so: decided before the next state was acknowledged. */
function ofTime(
  visit: Visit,
  start: Instant,
  { delivery, message }: { delivery: SeenDelivery; message: PhoneMessage },
): string[] {
  const decidedAt = Date.parse(delivery.attempts.find(({ id }) => id === message.attemptId)?.openedAt ?? '')
  const dueAt = start - leadMs
  const stood = visit.acknowledged.some(({ state, firstSentAt }, i) => {
    const endedAt = visit.acknowledged[i + 1]?.acknowledgedAt ?? Number.POSITIVE_INFINITY
    const isSo = state.status === 'booked' && state.start === start
    return isSo && firstSentAt <= decidedAt && decidedAt <= endedAt
  })
  return [
    ...(stood ? [] : [`was told of ${iso(start)}, decided at ${iso(decidedAt)}, when it did not stand so`]),
    ...(message.sentAt.getTime() < dueAt
      ? [`was told of ${iso(start)} at ${iso(message.sentAt)}, before it was due`]
      : []),
    ...(message.sentAt.getTime() > dueAt + 240 * minuteMs ? [`was told at ${iso(message.sentAt)}, too late`] : []),
  ]
}

/** What a delivery that was not sent may say: the visit moved, was cancelled, or was known too late. */
const rightReasons = ['superseded', 'filterStatus', 'recordedTooLate']

/** The ledger tells what the phone has: delivered and there once, by the attempt that says so; or not sent, and why. */
function ofDelivery(visit: Visit, delivery: SeenDelivery, messages: readonly PhoneMessage[]): string[] {
  const { status, reason, final, attempts, statedStartAt, mergedInto } = delivery
  const about = `a delivery that is ${status} (${reason ?? 'no reason'})`
  const wrong: string[] = []
  const ids = messages.map(({ attemptId }) => attemptId)
  const good = attempts.filter((attempt) => attempt.status === 'delivered').map(({ id }) => id)
  if (ids.join() !== good.join())
    wrong.push(`${about} has ${good.length} attempts that arrived, and ${ids.length} messages`)
  if (attempts.some((attempt) => attempt.status !== 'delivered' && attempt.status !== 'absent'))
    wrong.push(`${about} has attempts that are ${attempts.map((attempt) => attempt.status)}`)
  if (mergedInto !== null) wrong.push(`${about} follows another`)
  if (status === 'delivered') {
    if (ids.length !== 1) wrong.push(`${about} is ${ids.length} times on the phone`)
    if (!final || reason !== null) wrong.push(`${about} is not final`)
    const stated = statedStartAt === null ? null : textOf(visit, Date.parse(statedStartAt))
    if (messages.some(({ body }) => body !== stated)) wrong.push(`${about} states another start than its message`)
  } else if (status !== 'skipped' || !rightReasons.includes(reason ?? '')) wrong.push(`has ${about}`)
  else if (ids.length > 0) wrong.push(`${about} is on the phone`)
  return wrong
}

const iso = (at: Instant | Date | string | null) => (at === null ? 'never' : new Date(at).toISOString())
