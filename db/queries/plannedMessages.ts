import { type DueVerdict, hasStep } from '../../domain/firstStep.ts'
import type { Verdicts } from '../../domain/verdict.ts'
import type { Tx } from '../orm.ts'

/**
 * Stores what plans say is to come and not yet claimed, in place of what the last ones said (Engine: planned messages
 * are stored). Under the care events' locks. Only rows that differ are written: most plans change nothing.
 */
export async function writePlannedMessages(
  tx: Tx,
  plans: readonly { careEventId: string; verdicts: Verdicts }[],
): Promise<void> {
  const rows = plans.flatMap(({ careEventId, verdicts }) =>
    [...waiting(verdicts)].map(({ actionId, recipient, verdict, dueAt, sendAt, reason }) => ({
      care_event_id: careEventId,
      action_id: actionId,
      recipient,
      verdict,
      due_at: dueAt === null ? null : new Date(dueAt),
      send_at: new Date(sendAt),
      reason,
    })),
  )
  const careEventIds = plans.map(({ careEventId }) => careEventId)
  await tx.query(writeSql, [tx.organizationId, careEventIds, JSON.stringify(rows)], 'write planned messages')
}

/** One an action and recipient, the soonest: an older occurrence that is still under way is in the ledger already. */
function waiting(verdicts: Verdicts): Iterable<DueVerdict> {
  const first = new Map<string, DueVerdict>()
  for (const verdict of verdicts) {
    if (!hasStep(verdict) || verdict.verdict === 'postponed') continue
    const key = `${verdict.actionId}/${verdict.recipient}`
    const other = first.get(key)
    if (other === undefined || verdict.sendAt < other.sendAt) first.set(key, verdict)
  }
  return first.values()
}

const writeSql = `
with wanted as materialized (
  select * from jsonb_to_recordset($3::jsonb)
    as w (care_event_id uuid, action_id uuid, recipient text, verdict text, due_at timestamptz, send_at timestamptz, reason text)
), gone as (
  delete from planned_message m where m.organization_id = $1 and m.care_event_id = any($2::uuid[])
    and not exists (select 1 from wanted w
      where w.care_event_id = m.care_event_id and w.action_id = m.action_id and w.recipient = m.recipient)
)
insert into planned_message as m (organization_id, care_event_id, action_id, recipient, patient_id, verdict, due_at, send_at, reason)
select $1, w.care_event_id, w.action_id, w.recipient, e.patient_id, w.verdict, w.due_at, w.send_at, w.reason
from wanted w join care_event e on e.organization_id = $1 and e.id = w.care_event_id
-- A conflict alone would write to rows that stay as they are.
where not exists (select 1 from planned_message m
  where m.organization_id = $1 and m.care_event_id = w.care_event_id and m.action_id = w.action_id and m.recipient = w.recipient
    and (m.patient_id, m.verdict, m.due_at, m.send_at, m.reason)
      is not distinct from (e.patient_id, w.verdict, w.due_at, w.send_at, w.reason))
on conflict (organization_id, care_event_id, action_id, recipient) do update
  set patient_id = excluded.patient_id, verdict = excluded.verdict, due_at = excluded.due_at, send_at = excluded.send_at,
    reason = excluded.reason`
