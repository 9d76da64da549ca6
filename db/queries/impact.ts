import { typeTraits } from '../../domain/action.ts'
import type { ActionFacts, OrganizationFacts } from '../../domain/facts.ts'
import { type Change, changesOf, type Outcome, outcomes } from '../../domain/impact.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { scaled } from '../../domain/reach.ts'
import { afterEdit, type Edited, type UnsavedEdit } from '../../domain/unsavedEdit.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { dueSql } from './anchorSql.ts'
import { completeReadings } from './completeReadings.ts'
import { type CareEventReading, type Configuration, readFactsOfMany } from './facts.ts'
import { matchSql, type Param, parameters } from './matchSql.ts'
import { readPatientNames } from './patientNames.ts'
import { waiting } from './plannedMessages.ts'
import { type PracticeSwitches, readPracticeSwitches } from './practiceSwitches.ts'
import { withTemplateText } from './templates.ts'
import { at, iso } from './values.ts'

export interface ImpactSample extends Omit<Change, 'before' | 'after'> {
  patientName: string | null
  before: string | null
  after: string | null
}

/** What saving an edit would do to the messages that wait. What is planned afterwards is stay + move + added + goNow. */
export interface Impact extends Record<Outcome, number> {
  samples: ImpactSample[]
  /** Care events that were planned with the old and the new configuration, of how many. */
  judged: number
  of: number
  /** Whether these are all; else the counts are shares of a random sample. */
  exact: boolean
}

export const impactDefaults = { judgeAtMost: 1_000 } as const
const samplesOfEach = 3
const atOnce = 1_000

/**
 * The impact of an edit that is not saved: the care events that it could concern are planned as they would be after
 * saving it now, and compared with what waits.
 */
export async function readImpact(
  tx: Tx,
  configuration: Configuration,
  edit: UnsavedEdit,
  now: Instant,
  { judgeAtMost }: { judgeAtMost: number } = impactDefaults,
): Promise<Impact> {
  const edited = afterEdit(configuration, await withTexts(tx, edit), newId(), now)
  const concerned = new Set(edited.concerns.flatMap(({ before, after }) => [before?.id ?? '', after?.id ?? '']))
  const candidates = await select(tx, edited, edit, judgeAtMost, now)
  const changes: Change[] = []
  for (let n = 0; n < candidates.ids.length; n += atOnce) {
    const readings = await readFactsOfMany(tx, candidates.ids.slice(n, n + atOnce))
    const complete = await completeReadings(tx, edited.actions, readings)
    for (const reading of complete) changes.push(...impactOn(reading, edited, concerned, now))
  }
  const exact = candidates.ids.length === candidates.of
  return {
    ...counted(changes, exact ? null : candidates),
    samples: await samplesOf(tx, changes),
    judged: candidates.ids.length,
    of: candidates.of,
    exact,
  }
}

function impactOn(
  { careEvent, decided, planned }: CareEventReading,
  { actions, organization }: Edited,
  concerned: ReadonlySet<string>,
  now: Instant,
): Change[] {
  const own = actions.filter(({ id }) => concerned.has(id))
  const verdicts = plan(careEvent, own, organization, decided, now)
  const isMessage = ({ actionId, verdict }: { actionId: string; verdict: string }) =>
    verdict === 'planned' && concerned.has(actionId)
  const after = [...waiting(verdicts, careEvent.patient.id).values()].filter(isMessage)
  const about = { careEventId: careEvent.id, patientId: careEvent.patient.id }
  return changesOf(about, planned.filter(isMessage), after, verdicts, now)
}

async function withTexts(tx: Tx, edit: UnsavedEdit): Promise<UnsavedEdit> {
  if (edit.kind === 'create') return { ...edit, definition: await withTemplateText(tx, edit.definition) }
  if (edit.kind !== 'edit') return edit
  const changes = []
  for (const { id, definition } of edit.changes)
    changes.push({ id, definition: await withTemplateText(tx, definition) })
  return { ...edit, changes }
}

interface Candidates {
  ids: string[]
  /** How many there are. */
  of: number
  /** Messages that wait now, of the actions concerned. */
  waiting: number
}

/** Beyond so many actions their care events are looked for together: one search each would take longer than it saves. */
const searchedOneByOne = 12

/** What waits for the actions concerned, and what may come to match them; whole patients, at random if there are too many. */
async function select(
  tx: Tx,
  { concerns, organization }: Edited,
  edit: UnsavedEdit,
  judgeAtMost: number,
  now: Instant,
): Promise<Candidates> {
  const { values, param } = parameters()
  const before = param(
    concerns.flatMap((each) => each.before?.id ?? []),
    'uuid[]',
  )
  const own = param(tx.organizationId)
  const after = concerns.flatMap((each) => (each.after?.definition.status === 'active' ? [each.after] : []))
  const switches = await readPracticeSwitches(tx)
  const searches =
    edit.kind === 'organization' || after.length > searchedOneByOne
      ? kindsSql(after, now, param)
      : after.map((action) => actionSql(action, organization, switches, now, param))
  const [row] = await tx.query<Candidates>(
    `with planned as materialized (
       select care_event_id, patient_id, verdict from planned_message where organization_id = ${own} and action_id = any(${before})),
     candidates as materialized (
       select care_event_id as id, patient_id from planned
       ${searches.map((where) => `union select c.id, c.patient_id from care_event c where c.organization_id = ${own} and ${where}`).join('\n')})
     select (select count(*)::int from candidates) as "of",
       (select count(*)::int from planned where verdict = 'planned') as waiting,
       (select coalesce(array_agg(s.id), '{}') from (
          select id from candidates order by uuid_hash_extended(patient_id, 1), id limit ${param(judgeAtMost)}) s) as ids`,
    values,
  )
  if (row === undefined) throw new Error('a statement without FROM answered with no row')
  return row
}

/** Rules may move a message by days past its due time, and it may be late: as when an edit is saved. */
const slackDays = 20

const offsetDays = ({ definition: { timing } }: ActionFacts) =>
  ({ days: timing.offset, hours: timing.offset / 24, minutes: timing.offset / 1440 })[timing.unit]

/** How long ago a message may have been due that still goes out. Milliseconds. */
function lookbackMs(action: ActionFacts): number {
  const { timing, type } = action.definition
  // A date that was moved is told anew as long as it lies ahead, however long ago the message was due.
  const ahead = timing.direction === 'before' ? offsetDays(action) : 0
  return (ahead + (timing.acceptLateDays ?? typeTraits[type].acceptLateDays) + slackDays) * dayMs
}

function actionSql(
  action: ActionFacts,
  organization: OrganizationFacts,
  switches: PracticeSwitches,
  now: Instant,
  param: Param,
): string {
  const { definition } = action
  const due = { from: now - lookbackMs(action), to: null }
  const matching = matchSql(definition, organization, switches, param)
  return `${matching} and ${dueSql(definition.timing, organization, switches, due, param)}`
}

/** All care events of the actions' kinds whose anchor is not too long ago for any of them. */
function kindsSql(actions: readonly ActionFacts[], now: Instant, param: Param): string[] {
  if (actions.length === 0) return []
  const kinds = param(
    [...new Set(actions.map(({ definition }) => typeTraits[definition.type].careEventKind))],
    'text[]',
  )
  const longest = Math.max(...actions.map((action) => lookbackMs(action) + offsetDays(action) * dayMs))
  const from = param(at(now - longest), 'timestamptz')
  const day = `(${from} at time zone 'UTC')::date`
  const recent = [
    ...['start_at', 'due_at', 'procedure_at', 'diagnosis_at', 'created_at_source', 'updated_anchor_at'].map(
      (column) => `c.${column} >= ${from}`,
    ),
    ...['due_date', 'procedure_date', 'diagnosis_date'].map((column) => `c.${column} >= ${day}`),
  ]
  return [`c.kind = any(${kinds}) and (${recent.join(' or ')})`]
}

/** Of a sample, shares: what was waiting sums up to what waits now, and what is new grows with the care events. */
function counted(changes: readonly Change[], sampled: Candidates | null): Record<Outcome, number> {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>
  if (sampled === null) {
    for (const { outcome } of changes) counts[outcome] += 1
    return counts
  }
  const known = changes.filter(({ before }) => before !== null)
  const shares = scaled(
    outcomes.map((outcome) => known.filter((change) => change.outcome === outcome).length),
    sampled.waiting,
  )
  outcomes.forEach((outcome, n) => {
    const fresh = changes.filter((change) => change.before === null && change.outcome === outcome).length
    counts[outcome] = (shares[n] ?? 0) + Math.round((fresh * sampled.of) / Math.max(1, sampled.ids.length))
  })
  return counts
}

async function samplesOf(tx: Tx, changes: readonly Change[]): Promise<ImpactSample[]> {
  const shown = outcomes.flatMap((outcome) =>
    changes.filter((each) => each.outcome === outcome).slice(0, samplesOfEach),
  )
  const names = await readPatientNames(
    tx,
    shown.map(({ patientId }) => patientId),
  )
  const isoOf = (instant: Instant | null) => (instant === null ? null : iso(at(instant)))
  return shown.map((change) => ({
    ...change,
    patientName: names.get(change.patientId) ?? null,
    before: isoOf(change.before),
    after: isoOf(change.after),
  }))
}
