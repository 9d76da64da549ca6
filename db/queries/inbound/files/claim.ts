import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import { type Instant, minuteMs } from '../../../../domain/instant.ts'
import type { EhrFilePhase } from '../../../entities/ehrFile.ts'
import type { Found } from '../../../lookup.ts'
import { newId } from '../../../newId.ts'
import type { Database, Tx } from '../../../orm.ts'
import { at } from '../../values.ts'

/** How long (ms) a worker that is not heard of keeps a file to itself. */
const leaseMs = minuteMs

/** A file that is this worker's for now. */
export interface ClaimedFile {
  organizationId: string
  id: string
  lease: string
  sourceId: string
  /** The name of its layout. */
  layout: string | null
  layoutSettings: CsvLayout | null
  versionAt: Instant
  phase: EhrFilePhase
  position: number
  rows: number | null
  attempts: number
  /** An admin let it pass although it has shrunk. */
  isDecided: boolean
}

/** Somebody cancelled the import, or another worker has taken it over. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

/**
 * Takes a due file, the oldest of its source first and never two of a source at a time. Null: it is somebody else's, or
 * must wait. What never arrived whole is deleted.
 */
export async function claimFile(
  database: Database,
  { organizationId, id }: Found,
  now: Instant,
): Promise<ClaimedFile | null> {
  const lease = newId()
  const [row] = await database.inOrganization(organizationId, async (tx) => {
    const silent = `delete from ehr_file where id = $1 and state = 'receiving' and next_attempt_at <= $2 returning id`
    if ((await tx.query(silent, [id, at(now)])).length > 0) return []
    // Claims of one source take turns, so that none overlooks the other.
    await tx.query(
      'select 1 from ehr_source s join ehr_file f on f.organization_id = s.organization_id and f.source_id = s.id where f.id = $1 for no key update of s',
      [id],
    )
    return tx.query<Omit<ClaimedFile, 'organizationId' | 'lease' | 'versionAt'> & { versionAt: Date }>(
      `update ehr_file c set state = 'running', lease = $2, next_attempt_at = $3, attempts = attempts + 1, updated_at = $4
        where c.id = (
          select f.id from ehr_file f where f.id = $1 and f.state in ('waiting', 'running') and f.next_attempt_at <= $4
            and not exists (
              select 1 from ehr_file o where o.source_id = f.source_id and o.id <> f.id
                and (o.state = 'running' or (o.state = 'waiting' and (o.received_at, o.id) < (f.received_at, f.id))))
          for update skip locked)
       returning c.id, c.source_id as "sourceId", c.layout, c.layout_settings as "layoutSettings", c.version_at as "versionAt",
         c.phase, c.position, c.rows, c.attempts, c.decided_at is not null as "isDecided"`,
      [id, lease, at(now + leaseMs), at(now)],
    )
  })
  return row ? { ...row, organizationId, lease, versionAt: row.versionAt.getTime() } : null
}

/** What is said of a file's progress; counts are added. */
export interface Progress {
  phase?: EhrFilePhase
  position?: number
  rows?: number
  applied?: number
  unchanged?: number
  rejected?: number
  absent?: number
}

/**
 * Notes progress in the transaction that made it, and keeps the lease. Throws `LeaseLost`: then nothing of it counts.
 * Ids that are read are no progress before all of them are: the next turn reads them anew, and would fail at the same
 * place for ever.
 */
export async function keepLease(tx: Tx, file: ClaimedFile, now: Instant, progress: Progress = {}): Promise<void> {
  const { phase, position, rows, applied = 0, unchanged = 0, rejected = 0, absent = 0 } = progress
  const kept = await tx.query(
    `update ehr_file set next_attempt_at = $3, updated_at = $4,
       attempts = case when coalesce($5, phase) = 'reading' then attempts else 0 end,
       last_error = case when coalesce($5, phase) = 'reading' then last_error end,
       phase = coalesce($5, phase), position = coalesce($6, position), rows = coalesce($7, rows),
       applied = applied + $8, unchanged = unchanged + $9, rejected = rejected + $10, absent = absent + $11
      where id = $1 and lease = $2 and state = 'running' returning 1`,
    [
      ...[file.id, file.lease, at(now + leaseMs), at(now)],
      ...[phase ?? null, position ?? null, rows ?? null, applied, unchanged, rejected, absent],
    ],
    'keepFileLease',
  )
  if (kept.length === 0) throw new LeaseLost('the file is no longer this worker’s')
}

/** Gives a file back, to be gone on with at an instant; `error` is a code, null: nothing failed. */
export async function releaseFile(tx: Tx, file: ClaimedFile, dueAt: Instant, error: string | null): Promise<void> {
  await tx.query(
    `update ehr_file set lease = null, next_attempt_at = $3, last_error = coalesce($4, last_error),
       attempts = case when $4::text is null then 0 else attempts end
      where id = $1 and lease = $2 and state = 'running'`,
    [file.id, file.lease, at(dueAt), error],
  )
}
