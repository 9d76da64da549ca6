import { careEventKinds } from '../../domain/careEvent.ts'
import type { RecordFeedOutcome } from '../../domain/inbound/feed.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Encryption } from '../encryption.ts'
import type { InboundReason } from '../entities/inbound.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { type FeedMessageView, type FeedRow, feedColumns, feedMessageView } from './feed.ts'

/** One record of a message: what it was, what became of it, and where that is. */
export interface FeedEntryView {
  position: number
  resource: string | null
  kind: string | null
  externalId: string | null
  outcome: RecordFeedOutcome
  reasons: InboundReason[]
  careEventId: string | null
  patientId: string | null
}
export interface FeedMessageDetails extends FeedMessageView {
  entries: FeedEntryView[]
}

/** More records than these are not listed one by one; `became` counts them all. */
export const listedEntries = 1_000

/** A message with its records. Throws `notFound`. */
export async function getFeedMessage(tx: Tx, id: string): Promise<FeedMessageDetails> {
  const [row] = await tx.query<FeedRow>(
    `select ${feedColumns} from inbound_message m join ehr_source s on s.organization_id = m.organization_id and s.id = m.source_id
      where m.id = $1`,
    [id],
  )
  if (!row) throw notFound('message in the feed')
  const entries = await tx.query<FeedEntryView>(
    `select r.position, r.resource, r.kind, r.external_id as "externalId", r.outcome, coalesce(r.reasons, '[]') as reasons,
       e.id as "careEventId", coalesce(p.id, e.patient_id, c.patient_id) as "patientId"
     from inbound_record r
       left join care_event e on r.kind = any($2::text[]) and e.organization_id = r.organization_id and e.id = r.subject_id
       left join patient p on r.kind = 'patient' and p.organization_id = r.organization_id and p.id = r.subject_id
       left join patient_contact c on r.kind = 'patientContact' and c.organization_id = r.organization_id and c.id = r.subject_id
     where r.message_id = $1 order by r.position limit $3`,
    [id, careEventKinds, listedEntries],
  )
  return { ...feedMessageView(row), entries }
}

/** A message as it came. That somebody read it is recorded. Throws `notFound`, and `conflict` when it was deleted by age. */
export async function readRawMessage(
  tx: Tx,
  id: string,
  encryption: Encryption,
  by: By,
): Promise<{ contentType: string; body: Buffer }> {
  const [row] = await tx.query<{ contentType: string; raw: Buffer | null }>(
    'select content_type as "contentType", raw from inbound_message where id = $1',
    [id],
  )
  if (!row) throw notFound('message in the feed')
  if (row.raw === null) throw rawIsGone()
  await recordAudit(tx, by, { action: 'read', subject: 'feed', subjectId: id })
  return { contentType: row.contentType, body: encryption.decryptBytes(row.raw) }
}

export function rawIsGone(): Problem {
  return new Problem('conflict', 'The message as it came was deleted by age; what became of it is all that is left.')
}
