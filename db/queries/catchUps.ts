import type { ActionDefinition } from '../../domain/action.ts'
import { asSaved } from '../../domain/asSaved.ts'
import { type CatchUpAsked, type CatchUpPlan, longestDays, planCatchUp } from '../../domain/catchUp.ts'
import type { ActionFacts } from '../../domain/facts.ts'
import { dayMs, type Instant, type LocalDate } from '../../domain/instant.ts'
import { invalid, Problem } from '../../domain/problem.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { touch } from '../outbox.ts'
import { type By, recordAudit } from './audit.ts'
import { type CatchUpView, getCatchUp, listCatchUps } from './catchUpProgress.ts'
import { completeReadings } from './completeReadings.ts'
import { lockActionRow } from './customActions.ts'
import { type Configuration, readConfiguration, readFactsOfMany } from './facts.ts'
import { withTemplateText } from './templates.ts'
import { at } from './values.ts'

/** Whom a catch-up would reach: what an admin sees before asking for it. */
export interface CatchUpReach {
  recalls: number
  byDay: { date: LocalDate; count: number }[]
  /** Overdue ones that cannot be told of. */
  undeliverable: { reason: ReasonCode; count: number }[]
}

/** More than this nobody catches up with at once. */
const atMost = 20_000
const atOnce = 500

/**
 * What a catch-up of a definition, saved or not, would do if the action were active now. `actionId` is the stored action
 * that the definition is, or is an edit of. Throws `invalid` for what cannot catch up.
 */
export async function previewCatchUp(
  tx: Tx,
  configuration: Configuration,
  { definition, actionId }: { definition: ActionDefinition; actionId: string | null },
  asked: CatchUpAsked,
  now: Instant,
): Promise<CatchUpReach> {
  const whole = await withTemplateText<ActionDefinition>(tx, { ...definition, status: 'active' })
  const stored = configuration.actions.find(({ id }) => id === actionId) ?? null
  return reachOf(await plannedCatchUp(tx, configuration, asSaved(stored, actionId ?? newId(), whole, now), asked, now))
}

/**
 * Has an active recall action catch up with what is overdue, one catch-up at a time. Throws `notFound`, `invalid` for
 * what cannot catch up, `conflict` when it is not active, when one is running, or when nothing is overdue.
 */
export async function startCatchUp(tx: Tx, actionId: string, asked: CatchUpAsked, by: By): Promise<CatchUpView> {
  const { status } = await lockActionRow(tx, actionId)
  if (status !== 'active')
    throw new Problem('conflict', 'The action is not active: activate it first, then it can catch up.')
  const running = (await listCatchUps(tx, actionId, by.now)).find(({ state }) => state === 'running')
  if (running)
    throw new Problem('conflict', `It is catching up already, until ${running.lastDay}: cancel that first, or wait.`)
  const configuration = await readConfiguration(tx)
  const action = configuration.actions.find(({ id }) => id === actionId) as ActionFacts
  const { recalls } = await plannedCatchUp(tx, configuration, action, asked, by.now)
  if (recalls.length === 0) throw new Problem('conflict', 'There is no overdue recall that it could catch up with.')
  const id = newId()
  await tx.query(
    `insert into catch_up (organization_id, id, action_id, overdue_days, per_day, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.organizationId, id, actionId, asked.overdueDays, asked.perDay, by.who.userId, at(by.now)],
  )
  await tx.query(
    `insert into catch_up_recall (organization_id, catch_up_id, care_event_id, occurrence_key, day)
     select $1, $2, r."careEventId", r."occurrenceKey", r.day
     from jsonb_to_recordset($3::jsonb) r ("careEventId" uuid, "occurrenceKey" text, day date)`,
    [tx.organizationId, id, JSON.stringify(recalls)],
  )
  await touch(
    tx,
    recalls.map(({ careEventId }) => careEventId),
  )
  const after = { ...asked, recalls: recalls.length }
  await recordAudit(tx, by, { action: 'catchUpStarted', subject: 'customAction', subjectId: actionId, after })
  return getCatchUp(tx, actionId, id, by.now)
}

/** Stops what is left of it; what was sent stays said. Throws `notFound`, and `conflict` when it is over. */
export async function cancelCatchUp(tx: Tx, actionId: string, id: string, by: By): Promise<CatchUpView> {
  await lockActionRow(tx, actionId)
  const before = await getCatchUp(tx, actionId, id, by.now)
  if (before.state !== 'running') throw new Problem('conflict', `This catch-up is ${before.state} already.`)
  await tx.query('update catch_up set cancelled_at = $2 where id = $1', [id, at(by.now)])
  const rows = await tx.query<{ id: string }>(
    'select care_event_id as id from catch_up_recall where catch_up_id = $1 order by care_event_id',
    [id],
  )
  await touch(
    tx,
    rows.map((row) => row.id),
  )
  const after = { sent: before.sent, recalls: before.recalls }
  await recordAudit(tx, by, { action: 'catchUpCancelled', subject: 'customAction', subjectId: actionId, after })
  return getCatchUp(tx, actionId, id, by.now)
}

async function plannedCatchUp(
  tx: Tx,
  { organization }: Configuration,
  action: ActionFacts,
  asked: CatchUpAsked,
  now: Instant,
): Promise<CatchUpPlan> {
  const { type, timing } = action.definition
  if (type !== 'recall')
    throw invalid([{ path: 'type', message: `only recall actions can catch up; this one is of type ${type}` }])
  if (timing.direction !== 'after')
    throw invalid([
      {
        path: 'timing.direction',
        message: 'a message before the due date cannot catch up with what is overdue: use after',
      },
    ])
  const ids = await overdueRecalls(tx, asked, now)
  if (ids.length > atMost)
    throw invalid([
      { path: 'overdueDays', message: `more than ${atMost} recalls are overdue that long: ask for fewer days` },
    ])
  const readings = []
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = await readFactsOfMany(tx, ids.slice(from, from + atOnce))
    readings.push(...(await completeReadings(tx, [action], some)))
  }
  const planned = planCatchUp(readings, action, organization, asked, now)
  if (planned.tooLong)
    throw invalid([
      {
        path: 'perDay',
        message: `it would take more than ${longestDays} days: ask for more a day, or fewer days overdue`,
      },
    ])
  return planned
}

/** A day too many on both sides: the domain knows the facility's. */
async function overdueRecalls(tx: Tx, { overdueDays }: CatchUpAsked, now: Instant): Promise<string[]> {
  const [from, to] = [at(now - (overdueDays + 2) * dayMs), at(now + dayMs)]
  const rows = await tx.query<{ id: string }>(
    `select id from care_event c
     where c.kind = 'recall' and not c.deleted and c.status = 'open' and c.fulfilled_by_id is null
       and (c.due_at between $1 and $2 or c.due_date between $1::date and $2::date)
     limit ${atMost + 1}`,
    [from, to],
  )
  return rows.map(({ id }) => id)
}

function reachOf({ recalls, undeliverable }: CatchUpPlan): CatchUpReach {
  const byDay = [...Map.groupBy(recalls, ({ day }) => day)].map(([date, own]) => ({ date, count: own.length }))
  return { recalls: recalls.length, byDay, undeliverable: [...undeliverable] }
}
