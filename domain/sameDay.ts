import { isRecordedAnchor } from './anchor.ts'
import type { AnchorValue } from './careEvent.ts'
import type { ActionFacts, CareEventFacts, DecidedDelivery } from './facts.ts'
import { matches } from './filter.ts'
import { isCalledOff } from './inbound/careEventState.ts'
import { type Instant, type LocalDate, minuteMs, type Zone } from './instant.ts'
import { lastStated, occurrenceKey, roundOf } from './occurrence.ts'
import { ownVerdict } from './ownVerdict.ts'
import type { PlanContext } from './planContext.ts'
import { recipientsOf } from './recipients.ts'
import { instantOn, localDate, parseDate, parseTime } from './time.ts'
import { instantText } from './timeText.ts'
import type { SameDay, Verdict } from './verdict.ts'

interface Member {
  context: PlanContext
  verdict: Verdict
}

/**
 * One message for a day (Same day): of the care events of a patient, facility and local day that the action is about, the
 * earliest that can be told of leads and speaks for all. The others are skipped `mergedInto`, each in its own time, so
 * that one whose leader did not send after all still goes out. What was said stays said: a message speaks for the
 * occurrences it covered when it was claimed, and what is booked or moved into the day later has a message of its own.
 */
export function inTheDay(context: PlanContext, action: ActionFacts, own: Verdict): Verdict {
  if (own.occurrenceKey === null || own.recipient === null) return own
  const mine: Member = { context, verdict: own }
  const said = own.verdict === 'planned' || own.verdict === 'skipped' ? saidBy(context, action, mine) : null
  if (own.verdict !== 'planned' && (said === null || own.reason === 'suppressed')) return own

  const members = [mine, ...othersOf(context, action, own.recipient)].sort(inOrder(action))
  const sameDay: SameDay = {
    careEventIds: members.map((member) => member.context.careEvent.id),
    covers: members.flatMap(({ verdict }) => verdict.occurrenceKey ?? []),
    leader: null,
    mergedInto: null,
  }
  if (said) return merged(context, own, { ...sameDay, leader: said.careEventId, mergedInto: said.id }, said)
  const leader = members.find((member) => mayLead(member) && !saidBy(context, action, member)) ?? mine
  if (leader !== mine) return waiting(context, own, sameDay, leader)
  const saw = members.length === 1 ? 'the only one of the day' : `it leads the ${members.length} of the day`
  return { ...own, sameDay, trail: [...own.trail, { check: 'sameDay', wanted, saw, result: 'passed' }] }
}

const wanted = 'one message for the day'

/** The care events of the same local day that the action is about for this recipient, each with a verdict of its own. */
function othersOf(context: PlanContext, action: ActionFacts, recipientKey: string): Member[] {
  const { careEvent, organization, facilityZone } = context
  const day = dayOf(careEvent, facilityZone)
  return context.siblings().flatMap((sibling): Member[] => {
    const other = sibling.careEvent
    if (other.id === careEvent.id || other.kind !== careEvent.kind || other.patient.id !== careEvent.patient.id)
      return []
    if ((other.facility?.id ?? null) !== (careEvent.facility?.id ?? null)) return []
    if (day === null || dayOf(other, sibling.facilityZone) !== day) return []
    const match = matches(other, action, organization)
    if (!match.matched) return []
    const recipients = recipientsOf(action.definition.recipients, other, organization)
    const recipient = recipients.find((one) => one.key === recipientKey)
    return recipient ? [{ context: sibling, verdict: ownVerdict(sibling, action, recipient, match.trail) }] : []
  })
}

/** Ours to send and not said yet: planned, or claimed with no call to a provider open, whose text is written anew. */
function mayLead({ context, verdict }: Member): boolean {
  if (verdict.verdict === 'planned') return true
  if (verdict.verdict !== 'postponed') return false
  const own = context.deliveriesOf(verdict.actionId).find((delivery) => delivery.id === verdict.deliveryId)
  return own?.status === 'claimed'
}

const saying: readonly DecidedDelivery['status'][] = ['sending', 'unknown', 'sent', 'delivered']

/** The message of another care event that spoke for the present occurrence of this one, as far as it still holds. */
function saidBy(context: PlanContext, action: ActionFacts, member: Member): DecidedDelivery | null {
  const { careEvent } = member.context
  const { occurrenceKey: key, recipient } = member.verdict
  if (key === null) return null
  const told = member.context.deliveriesOf(action.id).filter((delivery) => delivery.recipient === recipient)
  const last = lastStated(told, careEvent.id)
  const found = context.decided.spokenFor?.find(
    (delivery) =>
      delivery.actionId === action.id &&
      delivery.recipient === recipient &&
      delivery.careEventId !== careEvent.id &&
      delivery.covers?.includes(key) &&
      saying.includes(delivery.status) &&
      // A later message of its own stated another time: that one is what the recipient knows.
      (last === null || (last.sentAt ?? 0) < (delivery.sentAt ?? Number.POSITIVE_INFINITY)) &&
      (action.definition.sameDay === 'list' || stillStands(context, action, delivery)),
  )
  return found ?? null
}

/**
 * With `first` the text names only the leader's own visit: once that is called off or moved, it says nothing of the day
 * any more. A list named them all.
 */
function stillStands(context: PlanContext, action: ActionFacts, delivery: DecidedDelivery): boolean {
  const all = [context, ...context.siblings()]
  const leader = all.find((each) => each.careEvent.id === delivery.careEventId)
  if (!leader) return false
  const { careEvent, organization, facilityZone } = leader
  const base = occurrenceKey(careEvent, action.definition, facilityZone)
  if (base === null || roundOf(delivery.occurrenceKey, base) === null) return false
  const calledOff = careEvent.deleted || isCalledOff(careEvent.status)
  return !calledOff || matches(careEvent, action, organization).matched
}

function merged(context: PlanContext, own: Verdict, sameDay: SameDay, said: DecidedDelivery): Verdict {
  const row = context.deliveriesOf(own.actionId).find((delivery) => delivery.id === own.deliveryId)
  const isRecorded = row?.status === 'skipped' || own.verdict !== 'planned'
  const all = [context, ...context.siblings()]
  const leader = all.find((each) => each.careEvent.id === said.careEventId)
  const saw = leader ? `said with ${nameOf(leader)}` : 'said with another of the day'
  return {
    ...own,
    verdict: 'skipped',
    reason: 'mergedInto',
    sendAt: isRecorded ? null : own.sendAt,
    sameDay,
    trail: [...own.trail, { check: 'sameDay', wanted, saw, result: 'skipped' }],
  }
}

/** The message of the day has this long to go out before whoever waits for it looks whether it did. */
const graceMs = minuteMs / 2

/** Skipped, as far as one can see; looks again once the leader must have sent, because nobody else may wake it then. */
function waiting(context: PlanContext, own: Verdict, sameDay: SameDay, leader: Member): Verdict {
  const { now } = context
  const after = Math.max(own.sendAt ?? now, leader.verdict.sendAt ?? now) + graceMs
  const saw = `${nameOf(leader.context)} leads`
  return {
    ...own,
    verdict: 'skipped',
    reason: 'mergedInto',
    sendAt: after > now ? after : now + minuteMs,
    sameDay: { ...sameDay, leader: leader.context.careEvent.id },
    trail: [...own.trail, { check: 'sameDay', wanted, saw, result: 'skipped' }],
  }
}

/**
 * Earliest first. Where the time counts from a booking or a change, the message that is due first leads: nobody waits
 * hours for one that is then not sent.
 */
function inOrder(action: ActionFacts): (a: Member, b: Member) => number {
  const bySending = isRecordedAnchor(action.definition.timing.anchor)
  const sendAt = ({ verdict }: Member) => (bySending ? (verdict.sendAt ?? Number.POSITIVE_INFINITY) : 0)
  const orderOf = (member: Member) => startOf(member.context) ?? Number.POSITIVE_INFINITY
  return (a, b) =>
    compare(sendAt(a), sendAt(b)) ||
    compare(orderOf(a), orderOf(b)) ||
    (a.context.careEvent.id < b.context.careEvent.id ? -1 : 1)
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** What the care event is about in time: an appointment's start, the date of the others. */
function mainAnchor({ kind, start, dueDate, procedureDate, diagnosisDate }: CareEventFacts): AnchorValue | null {
  return { appointment: start, recall: dueDate, procedure: procedureDate, diagnosis: diagnosisDate }[kind]
}

function dayOf(careEvent: CareEventFacts, zone: Zone): LocalDate | null {
  const anchor = mainAnchor(careEvent)
  if (anchor === null) return null
  return 'date' in anchor ? anchor.date : localDate(zone, anchor.at)
}

function startOf({ careEvent, facilityZone }: PlanContext): Instant | null {
  const anchor = mainAnchor(careEvent)
  if (anchor === null || 'at' in anchor) return anchor === null ? null : anchor.at
  const day = parseDate(anchor.date)
  return day === null ? null : instantOn(facilityZone, day, parseTime('00:00'))
}

function nameOf(context: PlanContext): string {
  const start = startOf(context)
  return `the ${context.careEvent.kind} of ${start === null ? 'no date' : instantText(context.facilityZone, start)}`
}
