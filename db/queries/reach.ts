import type { ActionDefinition } from '../../domain/action.ts'
import { asSaved } from '../../domain/asSaved.ts'
import type { ActionFacts, OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import { type Judged, judge, type Tally, tally } from '../../domain/reach.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import { isZone } from '../../domain/zone.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { dueSql } from './anchorSql.ts'
import { completeReadings } from './completeReadings.ts'
import { type Configuration, readFactsOfMany } from './facts.ts'
import { matchSql, parameters } from './matchSql.ts'
import { readPatientNames } from './patientNames.ts'
import { type PracticeSwitches, readPracticeSwitches } from './practiceSwitches.ts'
import { estimatePerWeek } from './reachEstimate.ts'
import { countStaffMessages, type StaffGroup } from './reachStaff.ts'
import { withTemplateText } from './templates.ts'
import { at, iso } from './values.ts'

/** One message of an action as it would go out, or why it would not. */
export interface MessageSample {
  careEventId: string
  patientId: string
  patientName: string | null
  recipient: string | null
  dueAt: string | null
  sendAt: string | null
  reason: ReasonCode | null
}

/** Who would get an action's messages. `careEvents`, `patients` and `staff` are counted; see `exact` for the rest. */
export interface Reach extends Tally {
  careEvents: number
  patients: number
  staff: number
  /** null where the future is booked (appointments, recalls); else from the last 90 days, an estimate. */
  estimatedPerWeek: number | null
  samples: MessageSample[]
  /** Care events whose messages were planned one by one. */
  judged: number
  /** Whether they are all; else `deliverable`, `undeliverable` and `byDay` are shares of a random sample. */
  exact: boolean
}

export interface ReachQuestion {
  definition: ActionDefinition
  /** The stored action that the definition is, or is an edit of. */
  actionId: string | null
  horizonDays: number
  /** Up to so many care events are judged one by one; of more, a random sample. */
  judgeAtMost: number
  /** So many samples of those that go out, and so many of those that don't. */
  samplesOfEach?: number
}

/** Enough for shares that are right to some 5 % points, and quick enough for an editor that asks at every change. */
const sampleSize = 300

export const reachDefaults = { horizonDays: 90, judgeAtMost: 1_000 } as const
const samplesOfEach = 5
const atOnce = 1_000

/**
 * Who would get an action's messages from now on, were the definition saved and active now: SQL selects and counts the
 * care events, the plan's own functions say what becomes of each message.
 */
export async function readReach(
  tx: Tx,
  configuration: Configuration,
  question: ReachQuestion,
  now: Instant,
): Promise<Reach> {
  const { organization } = configuration
  const definition = await withTemplateText<ActionDefinition>(tx, { ...question.definition, status: 'active' })
  const stored = configuration.actions.find(({ id }) => id === question.actionId) ?? null
  const action = asSaved(stored, question.actionId ?? newId(), definition, now)
  const switches = await readPracticeSwitches(tx)
  const selected = await select(tx, action, organization, switches, question, now)
  const messages =
    definition.recipients.kind === 'patient'
      ? { count: selected.careEvents, staff: 0 }
      : countStaffMessages(definition.recipients, selected.groups, switches, organization)
  const estimatedPerWeek = await estimatePerWeek(tx, definition, organization, switches, now)
  const counts = {
    careEvents: selected.careEvents,
    patients: definition.recipients.kind === 'patient' ? selected.patients : 0,
    staff: messages.staff,
    estimatedPerWeek,
  }
  const zone = isZone(organization.timeZone) ? organization.timeZone : 'UTC'

  const off = switchedOff(definition, organization)
  if (off !== null) {
    const undeliverable = messages.count > 0 ? [{ reason: off, count: messages.count }] : []
    return { ...counts, deliverable: 0, undeliverable, byDay: [], samples: [], judged: counts.careEvents, exact: true }
  }
  const judged = await judgeAll(tx, selected.ids, action, organization, now)
  const exact = selected.ids.length === counts.careEvents
  const late = await stillWaiting(tx, action, organization, new Set(selected.ids), question.judgeAtMost, now)
  const told = tally(judged, exact ? judged.length : messages.count, zone)
  const both = [...late, ...judged]
  return {
    ...counts,
    careEvents: counts.careEvents + new Set(late.map(({ careEventId }) => careEventId)).size,
    ...(late.length === 0 ? told : withLate(told, late, zone)),
    samples: await readSamples(tx, [
      ...both.filter(({ reason }) => reason === null).slice(0, question.samplesOfEach ?? samplesOfEach),
      ...both.filter(({ reason }) => reason !== null).slice(0, question.samplesOfEach ?? samplesOfEach),
    ]),
    judged: selected.ids.length,
    exact,
  }
}

/** What the organization has switched off as a whole keeps every message back. */
function switchedOff({ type }: ActionDefinition, organization: OrganizationFacts): ReasonCode | null {
  if (organization.paused) return 'organizationPaused'
  return organization.enabledActionTypes.includes(type) ? null : 'typeDisabled'
}

interface Selected {
  careEvents: number
  patients: number
  ids: string[]
  groups: StaffGroup[]
}

/** Counts all that match and are due, and picks whom to judge: whole patients, since their messages hang together. */
async function select(
  tx: Tx,
  { definition }: ActionFacts,
  organization: OrganizationFacts,
  switches: PracticeSwitches,
  { horizonDays, judgeAtMost }: ReachQuestion,
  now: Instant,
): Promise<Selected> {
  const { values, param } = parameters()
  const own = param(tx.organizationId)
  const matching = matchSql(definition, organization, switches, param)
  const due = dueSql(definition.timing, organization, switches, { from: now, to: now + horizonDays * dayMs }, param)
  const groups =
    definition.recipients.kind === 'patient'
      ? `'[]'::jsonb`
      : `(select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (
           select facility_id as "facilityId", provider_ids as "providerIds", count(*)::int as count
             from matched group by 1, 2) g)`
  const [row] = await tx.query<Selected>(
    `with matched as materialized (
       select c.id, c.patient_id, c.facility_id, c.provider_ids from care_event c
        where c.organization_id = ${own} and ${matching} and ${due})
     select (select count(*)::int from matched) as "careEvents",
       (select count(distinct patient_id)::int from matched) as patients,
       (select coalesce(array_agg(s.id), '{}') from (
          select id from matched order by uuid_hash_extended(patient_id, 1), id
            limit (select case when count(*) <= ${param(judgeAtMost)} then count(*)
              else ${param(Math.min(judgeAtMost, sampleSize))} end from matched)) s) as ids,
       ${groups} as groups`,
    values,
  )
  if (row === undefined) throw new Error('a statement without FROM answered with no row')
  return row
}

async function judgeAll(
  tx: Tx,
  ids: readonly string[],
  action: ActionFacts,
  organization: OrganizationFacts,
  now: Instant,
): Promise<Judged[]> {
  const readings = []
  for (let n = 0; n < ids.length; n += atOnce) {
    const some = await readFactsOfMany(tx, ids.slice(n, n + atOnce))
    readings.push(...(await completeReadings(tx, [action], some)))
  }
  return judge(readings, action, organization, now)
}

/** What was due before now and still waits: moved by a rule, late, or recorded late. */
async function stillWaiting(
  tx: Tx,
  action: ActionFacts,
  organization: OrganizationFacts,
  selected: ReadonlySet<string>,
  atMost: number,
  now: Instant,
): Promise<Judged[]> {
  const rows = await tx.query<{ id: string }>(
    `select distinct care_event_id as id from planned_message where action_id = $1 and due_at < $2 limit $3`,
    [action.id, at(now), atMost],
  )
  const ids = rows.map(({ id }) => id).filter((id) => !selected.has(id))
  return (await judgeAll(tx, ids, action, organization, now)).filter(({ reason }) => reason === null)
}

function withLate(told: Tally, late: readonly Judged[], zone: string): Tally {
  const more = tally(late, late.length, zone)
  const byDate = Map.groupBy([...told.byDay, ...more.byDay], ({ date }) => date)
  return {
    ...told,
    deliverable: told.deliverable + more.deliverable,
    byDay: [...byDate]
      .map(([date, days]) => ({ date, count: days.reduce((sum, { count }) => sum + count, 0) }))
      .sort((a, b) => (a.date < b.date ? -1 : 1)),
  }
}

/** With the patients' names, for the people who look at them. */
export async function readSamples(tx: Tx, judged: readonly Judged[]): Promise<MessageSample[]> {
  const names = await readPatientNames(
    tx,
    judged.map(({ patientId }) => patientId),
  )
  const isoOf = (instant: Instant | null) => (instant === null ? null : iso(at(instant)))
  return judged.map(({ careEventId, patientId, recipient, dueAt, sendAt, reason }) => ({
    careEventId,
    patientId,
    patientName: names.get(patientId) ?? null,
    recipient,
    dueAt: isoOf(dueAt),
    sendAt: isoOf(sendAt),
    reason,
  }))
}
