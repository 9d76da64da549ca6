import { hasStep } from '../../domain/firstStep.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Verdicts } from '../../domain/verdict.ts'
import type { Tx } from '../orm.ts'

/** What is stored of a message that is to come: of each action and recipient the soonest. */
export interface PlannedMessage {
  actionId: string
  recipient: string
  patientId: string
  verdict: string
  dueAt: Instant | null
  sendAt: Instant
  reason: string | null
}

export interface CareEventPlan {
  careEventId: string
  patientId: string
  verdicts: Verdicts
  /** What is stored at present, read under the care event's lock. */
  stored: readonly PlannedMessage[]
}

/**
 * Stores what plans say is to come and not yet claimed, in place of what the last ones said (Engine: planned messages
 * are stored). Under the care events' locks. Only rows that differ are written: most plans change nothing.
 */
export function writePlannedMessages(tx: Tx, plans: readonly CareEventPlan[]): void {
  const gone: PlannedKey[] = []
  const changed: PlannedRow[] = []
  for (const { careEventId, patientId, verdicts, stored } of plans) {
    const wanted = waiting(verdicts, patientId)
    for (const { actionId, recipient } of stored)
      if (!wanted.has(keyOf(actionId, recipient))) gone.push({ careEventId, actionId, recipient })
    const before = new Map(stored.map((one) => [keyOf(one.actionId, one.recipient), one]))
    for (const [key, one] of wanted)
      if (!isSame(one, before.get(key))) changed.push({ careEventId, ...one, ...instants(one) })
  }
  if (gone.length + changed.length > few)
    tx.send(writeManySql, [tx.organizationId, JSON.stringify(gone), JSON.stringify(changed)], 'write planned messages')
  else {
    for (const { careEventId, actionId, recipient } of gone)
      tx.send(deleteSql, [tx.organizationId, careEventId, actionId, recipient], 'delete planned message')
    for (const { careEventId, actionId, recipient, patientId, verdict, dueAt, sendAt, reason } of changed) {
      const values = [careEventId, actionId, recipient, patientId, verdict, dueAt, sendAt, reason]
      tx.send(upsertSql, [tx.organizationId, ...values], 'upsert planned message')
    }
  }
}

/** So many rows are written one by one: of a list Postgres expects a hundred, and would read a table of thousands for it. */
const few = 3

type PlannedKey = Pick<PlannedMessage, 'actionId' | 'recipient'> & { careEventId: string }
type PlannedRow = Omit<PlannedMessage, 'dueAt' | 'sendAt'> & ReturnType<typeof instants> & { careEventId: string }

const keyOf = (actionId: string, recipient: string) => `${actionId}/${recipient}`

/** One an action and recipient, the soonest: an older occurrence that is still under way is in the ledger already. */
export function waiting(verdicts: Verdicts, patientId: string): Map<string, PlannedMessage> {
  const first = new Map<string, PlannedMessage>()
  for (const verdict of verdicts) {
    if (!hasStep(verdict) || verdict.verdict === 'postponed') continue
    const { actionId, recipient, dueAt, sendAt, reason } = verdict
    const key = keyOf(actionId, recipient)
    const other = first.get(key)
    if (other === undefined || sendAt < other.sendAt)
      first.set(key, { actionId, recipient, patientId, verdict: verdict.verdict, dueAt, sendAt, reason })
  }
  return first
}

function isSame(one: PlannedMessage, other: PlannedMessage | undefined): boolean {
  return (
    other !== undefined &&
    one.patientId === other.patientId &&
    one.verdict === other.verdict &&
    one.dueAt === other.dueAt &&
    one.sendAt === other.sendAt &&
    one.reason === other.reason
  )
}

function instants({ dueAt, sendAt }: PlannedMessage) {
  return { dueAt: dueAt === null ? null : new Date(dueAt), sendAt: new Date(sendAt) }
}

const columns = 'organization_id, care_event_id, action_id, recipient, patient_id, verdict, due_at, send_at, reason'

const takesOver = `on conflict (organization_id, care_event_id, action_id, recipient) do update
  set patient_id = excluded.patient_id, verdict = excluded.verdict, due_at = excluded.due_at, send_at = excluded.send_at,
    reason = excluded.reason`

const deleteSql = `delete from planned_message
where organization_id = $1 and care_event_id = $2 and action_id = $3 and recipient = $4`

const upsertSql = `insert into planned_message (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) ${takesOver}`

const writeManySql = `
with gone as (
  delete from planned_message m
  using jsonb_to_recordset($2::jsonb) as g ("careEventId" uuid, "actionId" uuid, recipient text)
  where m.organization_id = $1 and m.care_event_id = g."careEventId" and m.action_id = g."actionId" and m.recipient = g.recipient
)
insert into planned_message (${columns})
select $1, "careEventId", "actionId", recipient, "patientId", verdict, "dueAt", "sendAt", reason
from jsonb_to_recordset($3::jsonb) as c ("careEventId" uuid, "actionId" uuid, recipient text, "patientId" uuid, verdict text,
  "dueAt" timestamptz, "sendAt" timestamptz, reason text)
${takesOver}`
