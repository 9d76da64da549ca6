import type { InboundRecord } from '../../../../domain/inbound/normalForm.ts'
import type { Tx } from '../../../orm.ts'

/** A record that a row names. `hash` is of what the row says of it. */
export interface FileKey {
  kind: string
  externalId: string
  row: number
  hash: string
}

/** Beside the kinds of records: rows' facilities (also none, as ''), that there is a row whose id can't be read. */
export const facilityInFile = 'inFile'
export const unreadableKey = 'unreadable'
/** Care events that the file no longer has, by our ids: they are yet to be cancelled. */
export const absentKey = 'absent'

export function kindOf(record: InboundRecord): string {
  return record.kind === 'careEvent' ? record.careEventKind : record.kind
}

/** Notes which row names a record first; returns the keys that were not known before. */
export async function noteKeys(tx: Tx, fileId: string, keys: readonly FileKey[]): Promise<FileKey[]> {
  const firsts = new Map<string, FileKey>()
  for (const key of keys) {
    const name = nameOf(key)
    if (!firsts.has(name)) firsts.set(name, key)
  }
  if (firsts.size === 0) return []
  const all = [...firsts.values()]
  const rows = await tx.query<{ kind: string; externalId: string }>(
    `insert into ehr_file_key (organization_id, file_id, kind, external_id, row, hash)
     select $1, $2, kind, external_id, row, hash from unnest($3::text[], $4::text[], $5::int[], $6::text[]) as said (kind, external_id, row, hash)
     on conflict do nothing returning kind, external_id as "externalId"`,
    [
      ...[tx.organizationId, fileId, all.map(({ kind }) => kind), all.map(({ externalId }) => externalId)],
      ...[all.map(({ row }) => row), all.map(({ hash }) => hash)],
    ],
    'noteFileKeys',
  )
  return rows.flatMap((row) => firsts.get(nameOf(row)) ?? [])
}

/** Keys of records by kind and id: the rows that name them first. One look-up each: a file's keys have no statistics. */
export async function firstKeys(
  tx: Tx,
  fileId: string,
  wanted: readonly Pick<FileKey, 'kind' | 'externalId'>[],
): Promise<Map<string, FileKey>> {
  const rows = await tx.query<FileKey>(
    `select k.kind, k.external_id as "externalId", k.row, k.hash
       from unnest($2::text[], $3::text[]) as said (kind, external_id)
       cross join lateral (
         select f.kind, f.external_id, f.row, f.hash from ehr_file_key f
          where f.organization_id = $4 and f.file_id = $1 and f.kind = said.kind and f.external_id = said.external_id
          limit 1) k`,
    [fileId, wanted.map(({ kind }) => kind), wanted.map(({ externalId }) => externalId), tx.organizationId],
    'firstFileKeys',
  )
  return new Map(rows.map((row) => [nameOf(row), row]))
}

export function nameOf({ kind, externalId }: Pick<FileKey, 'kind' | 'externalId'>): string {
  return `${kind}/${externalId}`
}
