import { anchorOf, anchorWords } from './anchor.ts'
import type { AnchorValue } from './careEvent.ts'
import { categoryOf } from './consent.ts'
import { type Due, dueTime, timingText } from './dueTime.ts'
import type { ActionFacts, DecidedDelivery, PatientFacts, StaffFacts } from './facts.ts'
import { finalTime, type TimeQuestion } from './finalTime.ts'
import type { Instant, LocalDate, Zone } from './instant.ts'
import { acceptedLateness, acceptLateDaysOf, lateArrival } from './lateArrival.ts'
import { currentKey, lastStated, occurrenceKey } from './occurrence.ts'
import { capRule } from './patientCaps.ts'
import type { PlanContext } from './planContext.ts'
import type { ReasonCode } from './reasons.ts'
import { rulesFor } from './rules.ts'
import { ruleTrail } from './ruleTrail.ts'
import { instantOn, parseDate, timeOf, wallAt } from './time.ts'
import { dayText, instantText } from './timeText.ts'
import type { TrailEntry } from './verdict.ts'
import type { ChosenZones } from './zones.ts'

export interface Occurrence {
  key: string
  due: Due
  trail: TrailEntry[]
}

/** The occurrence of an action for a recipient, and when it is due; null when there is no anchor to count from. */
export function occurrenceOf(
  context: PlanContext,
  action: ActionFacts,
  recipientKey: string,
): Occurrence | { key: null; trail: TrailEntry[] } {
  const { careEvent, organization, facilityZone } = context
  const { definition } = action
  const { timing } = definition
  const anchor = anchorOf(careEvent, timing.anchor)
  const base = occurrenceKey(careEvent, definition, facilityZone)
  const wanted = timingText(timing)
  if (anchor === null || base === null) {
    const saw = `${anchorWords[timing.anchor]} has no date that can be read`
    return { key: null, trail: [{ check: 'due', wanted, saw, result: 'failed' }] }
  }
  const due = dueTime(timing, anchor, facilityZone, organization.defaultSendTime)
  const deliveries = context.deliveriesOf(action.id).filter((delivery) => delivery.recipient === recipientKey)
  const trail: TrailEntry[] = []
  noteZones(trail, 'facilityZone', context.facility)
  trail.push({ check: 'due', wanted, saw: anchorText(anchor, facilityZone), result: 'noted', at: due.dueAt })
  return { key: currentKey(base, definition, careEvent.id, due.dueAt, deliveries), due, trail }
}

export type Schedule = { trail: TrailEntry[] } & (
  | { sendAt: Instant; reason: null }
  | { sendAt: null; reason: ReasonCode }
)

/** The time of an occurrence (Due time, Blocked, Late): when it goes out, or why it does not. */
export function schedule(
  context: PlanContext,
  action: ActionFacts,
  recipient: PatientFacts | StaffFacts,
  occurrence: Occurrence,
): Schedule {
  const { careEvent, organization, now, facilityZone } = context
  const { timing, skippedRules } = action.definition
  const { dueAt, endsAt, leadMs } = occurrence.due
  const trail: TrailEntry[] = []
  const skip = (reason: ReasonCode): Schedule => ({ trail, sendAt: null, reason })

  const told = statedBefore(context, action, recipient.key, occurrence.key)
  if (told && timing.ifMoved === 'once') {
    trail.push({ check: 'moved', wanted: 'sent only once', saw: 'it was sent for the earlier time', result: 'failed' })
    return skip('sentBeforeMove')
  }
  const correctsDate = told !== null && timing.direction === 'before'
  const { zones, rules: shared } = context.rulesOf(recipient)
  const rules = rulesFor(
    shared,
    { editedAt: action.editedAt, skippedRules, category: categoryOf(action) },
    organization,
  )
  const zone = zones.zones[0] as Zone
  const others = context.decided.outreach?.filter(
    (sent) => sent.actionId !== action.id || sent.occurrenceKey !== occurrence.key,
  )
  if (others?.length && isCapped(action, recipient)) rules.push(capRule(zone, others))
  noteZones(trail, 'recipientZone', zones)

  const question: TimeQuestion = {
    rules,
    zone,
    direction: timing.direction,
    ifBlocked: timing.ifBlocked,
    dueAt,
    endsAt,
    leadMs,
    maxLatenessMinutes: acceptedLateness(action),
    now,
  }
  const caughtUp = caughtUpOn(context, action, occurrence)
  if (correctsDate && dueAt <= now) {
    // The due time of the new date has passed, and the recipient holds the old one: due now, as long as it lies ahead.
    trail.push({ check: 'moved', saw: 'an earlier message stated another time: due at once', result: 'moved', at: now })
    question.asSoonAs = now
    question.neverTooLate = true
  } else if (caughtUp) {
    question.asSoonAs = caughtUp.from
    trail.push({
      check: 'catchUp',
      saw: `overdue, caught up with on ${caughtUp.day}`,
      result: 'moved',
      at: caughtUp.from,
    })
  } else {
    const activated = action.activatedAt
    const early = activated === null || dueAt < activated
    const since = activated === null ? 'never activated' : `active since ${instantText(facilityZone, activated)}`
    trail.push({
      check: 'activation',
      wanted: 'due after the activation',
      saw: since,
      result: early ? 'failed' : 'passed',
    })
    if (early) return skip('beforeActivation')
    const late = lateArrival(action, careEvent, dueAt, facilityZone)
    if (late) {
      trail.push({
        check: 'recorded',
        wanted: `at most ${acceptLateDaysOf(action)} days after it was due`,
        saw: `recorded ${instantText(facilityZone, late.known)}`,
        result: late.accepted ? 'moved' : 'failed',
        at: late.known,
      })
      if (!late.accepted) return skip('recordedTooLate')
      question.asSoonAs = late.known
    }
  }
  let answer = finalTime(question)
  if (
    answer.outcome === 'skip' &&
    answer.reason.startsWith('blocked') &&
    correctsDate &&
    question.asSoonAs === undefined
  ) {
    // Nothing later is left before the new date: the correction goes out as soon as it may.
    question.asSoonAs = now
    question.neverTooLate = true
    answer = finalTime(question)
  }
  trail.push(...ruleTrail(rules, answer, question.asSoonAs ?? dueAt, zone, action, organization))
  if (answer.outcome === 'skip') {
    const wanted = timing.direction === 'before' ? `before ${instantText(facilityZone, endsAt)}` : 'in time'
    trail.push({ check: 'finalTime', wanted, saw: 'no time is left', result: 'failed' })
    return skip(answer.reason)
  }
  const { sendAt, finalAt } = answer
  const lateness = sendAt > finalAt ? `, later than ${instantText(zone, finalAt)}` : ''
  trail.push({
    check: 'finalTime',
    saw: instantText(zone, sendAt) + lateness,
    result: sendAt === dueAt ? 'passed' : 'moved',
    at: sendAt,
  })
  return { trail, sendAt, reason: null }
}

/** Caps are for what a patient is told without having asked (Pace). */
function isCapped(action: ActionFacts, recipient: PatientFacts | StaffFacts): boolean {
  return recipient.kind === 'patient' && categoryOf(action) === 'outreach'
}

/** The first instant of a catch-up that asks for this occurrence: its day, at the time at which it was due. */
function caughtUpOn(
  { decided, facilityZone }: PlanContext,
  action: ActionFacts,
  { key, due }: Occurrence,
): { day: LocalDate; from: Instant } | null {
  const asked = decided.catchUps?.find((each) => each.actionId === action.id && each.occurrenceKey === key)
  const day = asked && parseDate(asked.day)
  if (!asked || day === undefined || day === null) return null
  const at = instantOn(facilityZone, day, timeOf(wallAt(facilityZone, due.dueAt)))
  return { day: asked.day, from: Math.max(at, asked.askedAt) }
}

/** The last message of this action about another time of the same care event, when it reached the recipient. */
function statedBefore(
  context: PlanContext,
  action: ActionFacts,
  recipientKey: string,
  key: string,
): DecidedDelivery | null {
  const { anchor } = action.definition.timing
  if (anchor === 'created' || anchor === 'updated' || anchor === 'diagnosisDate') return null
  const mine = context.deliveriesOf(action.id).filter((delivery) => delivery.recipient === recipientKey)
  const last = lastStated([...mine, ...listedIn(context, action, recipientKey)], context.careEvent.id)
  return last !== null && last.occurrenceKey !== key ? last : null
}

/** A list stated the time of every care event it named, whichever of them sent it (Same day). */
function listedIn(context: PlanContext, action: ActionFacts, recipientKey: string): DecidedDelivery[] {
  if (action.definition.sameDay !== 'list') return []
  const { id } = context.careEvent
  return (context.decided.spokenFor ?? [])
    .filter((each) => each.actionId === action.id && each.recipient === recipientKey && each.careEventId !== id)
    .flatMap((each) =>
      (each.covers ?? [])
        .filter((key) => key.startsWith(`${id}/`))
        .map((occurrenceKey) => ({ ...each, careEventId: id, occurrenceKey })),
    )
}

function noteZones(trail: TrailEntry[], check: string, { zones, source, invalid }: ChosenZones): void {
  const ignored = invalid.map((name) => `'${name}' is no time zone; `).join('')
  trail.push({ check, saw: `${ignored}${zones.join(' and ')} (${sourceWords[source]})`, result: 'noted' })
}

const sourceWords: Record<ChosenZones['source'], string> = {
  recipient: "the recipient's own",
  postalAddress: 'from the postal address',
  facility: "the facility's",
  organization: "the organization's",
  utc: 'none is known',
}

function anchorText(anchor: AnchorValue, zone: Zone): string {
  return 'at' in anchor ? instantText(zone, anchor.at) : `${dayText(parseDate(anchor.date) as number)}, without a time`
}
