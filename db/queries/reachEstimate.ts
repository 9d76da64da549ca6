import { type ActionDefinition, typeTraits } from '../../domain/action.ts'
import { isRecordedAnchor } from '../../domain/anchor.ts'
import type { OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import type { Tx } from '../orm.ts'
import { anchorColumns, matchSql, parameters } from './matchSql.ts'
import type { PracticeSwitches } from './practiceSwitches.ts'
import { at } from './values.ts'

const days = 90

/** What a booking can have become since: whether it is still booked says nothing about when it was made. */
const wereBooked = ['booked', 'arrived', 'checkedIn', 'fulfilled', 'cancelled', 'noShow']

/**
 * Messages a week about care events that are not recorded yet, from those of the last 90 days that match: an estimate.
 * null for anchors that are agreed ahead: there the future is booked.
 */
export async function estimatePerWeek(
  tx: Tx,
  definition: ActionDefinition,
  organization: OrganizationFacts,
  switches: PracticeSwitches,
  now: Instant,
): Promise<number | null> {
  const { timing, filters } = definition
  if (timing.anchor === 'start' || timing.anchor === 'dueDate') return null
  const { values, param } = parameters()
  const statuses = isRecordedAnchor(timing.anchor) ? (filters.statuses ?? wereBooked) : filters.statuses
  const asked = { ...definition, filters: { ...filters, statuses } }
  const { at: instant, day } = anchorColumns[timing.anchor]
  const [from, to] = [param(at(now - days * dayMs), 'timestamptz'), param(at(now), 'timestamptz')]
  const byDay = `(${day} >= (${from} at time zone 'UTC')::date and ${day} <= (${to} at time zone 'UTC')::date)`
  const recent = `(${instant} >= ${from} and ${instant} < ${to})`
  const what = {
    appointment: 'c.id',
    recall: 'c.id',
    procedure: `(c.patient_id, coalesce(c.procedure_date, (c.procedure_at at time zone 'UTC')::date))`,
    diagnosis: 'c.patient_id',
  }[typeTraits[definition.type].careEventKind]
  const [row] = await tx.query<{ count: number }>(
    `select count(distinct ${what})::int as count from care_event c
      where c.organization_id = ${param(tx.organizationId)} and ${matchSql(asked, organization, switches, param)}
        and ${day === null ? recent : `(${recent} or ${byDay})`}`,
    values,
  )
  return Math.round((((row?.count ?? 0) * 7) / days) * 10) / 10
}
