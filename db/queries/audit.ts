import type { Instant } from '../../domain/instant.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at, iso, type Stamp } from './values.ts'

/** Who makes a change, and when. */
export interface By {
  now: Instant
  who: {
    userId: string | null
    apiKeyId: string | null
    /** A patient (or who receives for them), on a page that needs no account. */
    patientId?: string | null
  }
}

export interface Change {
  /** A verb of the product: created, edited, deleted, … */
  action: string
  /** The glossary's word for what changed. */
  subject: string
  subjectId: string | null
  before?: unknown
  after?: unknown
  reason?: string | null
}

/** Appends to the audit trail, in the same transaction as the change itself. Never put a message's values in it. */
export async function recordAudit(tx: Tx, { now, who }: By, change: Change): Promise<void> {
  const { action, subject, subjectId, before, after, reason } = change
  const kind = who.userId !== null ? 'user' : who.apiKeyId !== null ? 'apiKey' : who.patientId ? 'patient' : 'system'
  await tx.query(
    `insert into audit_entry (organization_id, id, at, actor_kind, actor_id, action, subject, subject_id, before, after, reason)
     values (current_setting('app.organization_id')::uuid, $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10)`,
    [
      newId(),
      at(now),
      kind,
      who.userId ?? who.apiKeyId ?? who.patientId ?? null,
      action,
      subject,
      subjectId,
      JSON.stringify(before ?? null),
      JSON.stringify(after ?? null),
      reason ?? null,
    ],
  )
}

export interface AuditEntryView {
  id: string
  at: string
  actorKind: string
  actorId: string | null
  actor: string | null
  action: string
  subject: string
  subjectId: string | null
  before: unknown
  after: unknown
  reason: string | null
}
interface Row {
  id: string
  at: Stamp
  actor_kind: string
  actor_id: string | null
  actor: string | null
  action: string
  subject: string
  subject_id: string | null
  before: unknown
  after: unknown
  reason: string | null
}

export interface AuditFilter extends PageRequest {
  subject?: string | undefined
  subjectId?: string | undefined
  actorId?: string | undefined
}

/** Who changed what, newest first. */
export async function listAudit(tx: Tx, filter: AuditFilter): Promise<Page<AuditEntryView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select a.id, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor, a.action, a.subject, a.subject_id,
            a.before, a.after, a.reason
       from audit_entry a
       left join app_user u on u.organization_id = a.organization_id and u.id = a.actor_id
       left join api_key k on k.organization_id = a.organization_id and k.id = a.actor_id
      where ($1::text is null or a.subject = $1) and ($2::uuid is null or a.subject_id = $2)
        and ($3::uuid is null or a.actor_id = $3)
        and ($4::timestamptz is null or (a.at, a.id) < ($4::timestamptz, $5::uuid))
      order by a.at desc, a.id desc limit $6`,
    [
      filter.subject ?? null,
      filter.subjectId ?? null,
      filter.actorId ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  return pageOf(rows, filter.limit, entryOf, (row) => [iso(row.at), row.id])
}

function entryOf(row: Row): AuditEntryView {
  return {
    id: row.id,
    at: iso(row.at),
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    subjectId: row.subject_id,
    before: row.before,
    after: row.after,
    reason: row.reason,
  }
}
