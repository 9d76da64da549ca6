import type { Client } from '@temporalio/client'
import type { Encryption } from '../../db/encryption.ts'
import type { Database, Tx } from '../../db/orm.ts'

/** A care event as it ended up, with all that was made of its messages. */
export interface SeenVisit {
  id: string
  sourceId: string
  externalId: string
  patient: string
  status: string
  startAt: Date
  version: Date
  anchorKnownSince: Date
  wakeAt: Date | null
  /** Whether its workflow is open. */
  isRunning: boolean
  planned: { verdict: string; sendAt: string | null; reason: string | null }[]
  deliveries: SeenDelivery[]
  /** What each stored message about it did: created, updated, unchanged, older… */
  records: Record<string, number>
}

export interface SeenDelivery {
  id: string
  status: string
  reason: string | null
  final: boolean
  statedStartAt: string | null
  mergedInto: string | null
  attempts: { id: string; status: string; openedAt: string; errorCode: string | null }[]
}

/** A message on the simulated phone: what the patient reads. */
export interface PhoneMessage {
  attemptId: string
  deliveryId: string
  to: string
  body: string
  sentAt: Date
}

export interface Seen {
  visits: SeenVisit[]
  phone: PhoneMessage[]
  /** Stored messages by what became of them. */
  outcomes: Record<string, number>
  files: { name: string; state: string; rows: number; applied: number; unchanged: number; rejected: number }[]
}

/** All of the end state that is compared: the practice's rows, its phones, and the open workflows. */
export async function readSeen(
  { database, encryption, client }: { database: Database; encryption: Encryption; client: Client },
  organizationId: string,
): Promise<Seen> {
  const running = new Set<string>()
  for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
    running.add(workflowId.split('/').at(-1) ?? '')
  return database.inOrganization(organizationId, async (tx) => ({
    visits: (await tx.query<Omit<SeenVisit, 'isRunning'>>(visitsSql)).map((row) => ({
      ...row,
      isRunning: running.has(row.id),
    })),
    phone: await readPhone(tx, encryption),
    outcomes: Object.fromEntries(
      (
        await tx.query<{ outcome: string; count: number }>(
          'select outcome, count(*) as count from inbound_message group by outcome',
        )
      ).map(({ outcome, count }) => [outcome, count]),
    ),
    files: await tx.query(
      'select name, state, rows, applied, unchanged, rejected from ehr_file order by received_at, id',
    ),
  }))
}

const visitsSql = `select c.id, c.source_id as "sourceId", c.external_id as "externalId", p.external_id as patient, c.status,
    c.start_at as "startAt", c.source_last_updated as version, c.anchor_known_since as "anchorKnownSince", c.wake_at as "wakeAt",
    coalesce((select jsonb_agg(jsonb_build_object('verdict', m.verdict, 'sendAt', m.send_at, 'reason', m.reason))
      from planned_message m where m.care_event_id = c.id), '[]') as planned,
    coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'status', d.status, 'reason', d.reason, 'final', d.final,
        'statedStartAt', d.stated_start_at, 'mergedInto', d.merged_into,
        'attempts', coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'status', a.status, 'openedAt', a.opened_at,
          'errorCode', a.error_code) order by a.number) from attempt a where a.delivery_id = d.id), '[]')) order by d.created_at)
      from delivery d where d.care_event_id = c.id), '[]') as deliveries,
    coalesce(r.records, '{}') as records
  from care_event c join patient p on p.id = c.patient_id
  left join (select subject_id, jsonb_object_agg(outcome, n) as records
      from (select subject_id, outcome, count(*) as n from inbound_record where subject_id is not null group by 1, 2) by_outcome
      group by subject_id) r on r.subject_id = c.id
  where c.external_id is not null`

async function readPhone(tx: Tx, encryption: Encryption): Promise<PhoneMessage[]> {
  const rows = await tx.query<Omit<PhoneMessage, 'to' | 'body'> & { address: Buffer; body: Buffer }>(
    `select attempt_id as "attemptId", delivery_id as "deliveryId", address, body_encrypted as body, sent_at as "sentAt"
     from simulated_message`,
  )
  return rows.map(({ address, body, ...row }) => ({
    ...row,
    to: encryption.decrypt(address),
    body: encryption.decrypt(body),
  }))
}
