import type { KnownFile } from '../../../../domain/inbound/sftp/choose.ts'
import type { Instant } from '../../../../domain/instant.ts'
import type { Tx } from '../../../orm.ts'
import { at } from '../../values.ts'

interface Row {
  name: string
  size: string
  modified_at: Date
  unchanged_since: Date
  stored_at: Date | null
  refused_by: number | null
  finished: boolean
}

/** What is known of a source's files on its server, also of those that were gone a moment ago. */
export async function readKnownFiles(tx: Tx, sourceId: string): Promise<KnownFile[]> {
  const rows = await tx.query<Row>(
    `select name, size, modified_at, unchanged_since, stored_at, refused_by, finished from sftp_file where source_id = $1`,
    [sourceId],
  )
  return rows.map((row) => ({
    name: row.name,
    size: Number(row.size),
    modifiedAt: row.modified_at.getTime(),
    unchangedSince: row.unchanged_since.getTime(),
    storedAt: row.stored_at?.getTime() ?? null,
    refusedBy: row.refused_by,
    finished: row.finished,
  }))
}

/** A listing can lack for a moment what is there: only what stays away for so long is forgotten. */
const forgottenAfter = '7 days'

/** Remembers what the server listed; what stays as it was is not written again. */
export async function rememberFiles(
  tx: Tx,
  sourceId: string,
  listed: readonly KnownFile[],
  now: Instant,
): Promise<void> {
  const rows = listed.map((file) => ({
    name: file.name,
    size: file.size,
    modified_at: at(file.modifiedAt),
    unchanged_since: at(file.unchangedSince),
    stored_at: file.storedAt === null ? null : at(file.storedAt),
    refused_by: file.refusedBy,
    finished: file.finished,
  }))
  await tx.query(
    `insert into sftp_file (organization_id, source_id, name, size, modified_at, unchanged_since, stored_at, refused_by, finished)
     select $1, $2, l.* from jsonb_to_recordset($3::jsonb) as l(name text, size bigint, modified_at timestamptz(3),
       unchanged_since timestamptz(3), stored_at timestamptz(3), refused_by int, finished boolean)
     on conflict (organization_id, source_id, name) do update set size = excluded.size, modified_at = excluded.modified_at,
       unchanged_since = excluded.unchanged_since, stored_at = excluded.stored_at, refused_by = excluded.refused_by,
       finished = excluded.finished, gone_since = null
     where (sftp_file.size, sftp_file.modified_at) is distinct from (excluded.size, excluded.modified_at)
        or sftp_file.gone_since is not null`,
    [tx.organizationId, sourceId, JSON.stringify(rows)],
  )
  const names = listed.map(({ name }) => name)
  await tx.query(
    'update sftp_file set gone_since = $3 where source_id = $1 and gone_since is null and name <> all($2::text[])',
    [sourceId, names, at(now)],
  )
  await tx.query(
    `delete from sftp_file where source_id = $1 and gone_since < $2::timestamptz - interval '${forgottenAfter}'`,
    [sourceId, at(now)],
  )
}

/** A file was stored; `refusedBy`: the version of the source whose layouts could not read it. */
export async function noteStored(
  tx: Tx,
  sourceId: string,
  name: string,
  { now, refusedBy }: { now: Instant; refusedBy: number | null },
): Promise<void> {
  await tx.query('update sftp_file set stored_at = $3, refused_by = $4 where source_id = $1 and name = $2', [
    ...[sourceId, name, at(now), refusedBy],
  ])
}

/** What is to become of a file that was stored was done. */
export async function noteFinished(tx: Tx, sourceId: string, name: string): Promise<void> {
  await tx.query('update sftp_file set finished = true where source_id = $1 and name = $2', [sourceId, name])
}
