import type { InboundRecord } from '../../../../domain/inbound/normalForm.ts'
import { isOlder } from '../../../../domain/inbound/version.ts'
import type { Instant } from '../../../../domain/instant.ts'
import type { Tx } from '../../../orm.ts'
import { at } from '../../values.ts'
import { hashOf } from '../applying.ts'
import { kindOf, nameOf } from './keys.ts'

/** `source_version_id` of what a snapshot no longer had. */
export const absentVersion = 'absent'

interface Stored {
  id: string
  kind: string
  externalId: string
  hash: string | null
  lastUpdated: Date | null
  versionId: string | null
}

export interface Settled {
  /** The records that may change something. */
  changed: InboundRecord[]
  /** Names of all that are stored in any version. */
  known: ReadonlySet<string>
}

const tables: Record<string, string> = {
  patient: 'patient',
  facility: 'facility',
  provider: 'provider',
  appointmentType: 'appointment_type',
}

/**
 * The records of a batch that may change something. The others are settled here, many in one statement: what is as it
 * was only moves on in the order of versions, what is older does not even that. A record that a snapshot had lost and
 * that is back counts from this file, whenever its own column says that it was changed.
 */
export async function settleUnchanged(
  tx: Tx,
  sourceId: string,
  records: readonly InboundRecord[],
  versionAt: Instant,
): Promise<Settled> {
  const stored = await readStored(tx, sourceId, records)
  const unchanged = new Map<string, { ids: string[]; hashes: string[]; ats: (Date | null)[] }>()
  const changed = records.flatMap((record) => {
    const kind = kindOf(record)
    const known = stored.get(nameOf({ kind, externalId: record.externalId }))
    if (known === undefined || record.content === null) return [record]
    if (known.versionId === absentVersion)
      return [{ ...record, sourceVersion: { lastUpdated: versionAt, versionId: null } }]
    const hash = hashOf(record.content)
    if (known.hash !== hash) return [record]
    const lastUpdated = known.lastUpdated?.getTime() ?? null
    if (isOlder(lastUpdated, record.sourceVersion, false)) return []
    const table = tables[kind] ?? 'care_event'
    const batch = unchanged.get(table) ?? { ids: [], hashes: [], ats: [] }
    batch.ids.push(known.id)
    batch.hashes.push(hash)
    batch.ats.push(record.sourceVersion.lastUpdated === null ? null : at(record.sourceVersion.lastUpdated))
    unchanged.set(table, batch)
    return []
  })
  for (const [table, { ids, hashes, ats }] of unchanged)
    await tx.query(
      `update ${table} t set source_last_updated = said.at, source_version_id = null
         from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as said (id, hash, at)
        where t.organization_id = $4 and t.id = said.id and t.normal_hash = said.hash
          and (t.source_last_updated is null or t.source_last_updated < said.at)`,
      [ids, hashes, ats, tx.organizationId],
      `settleUnchanged/${table}`,
    )
  return { changed, known: new Set(stored.keys()) }
}

async function readStored(tx: Tx, sourceId: string, records: readonly InboundRecord[]): Promise<Map<string, Stored>> {
  const byKind = Map.groupBy(records, kindOf)
  const all: Stored[] = []
  for (const [kind, group] of byKind) {
    const table = tables[kind]
    const externalIds = group.map(({ externalId }) => externalId)
    const params: unknown[] = [sourceId, externalIds, kind, tx.organizationId]
    const ofKind = table === undefined ? 'and t.kind = $3' : ''
    const rows = await tx.query<Stored>(
      `select t.id, $3::text as kind, t.external_id as "externalId", t.normal_hash as hash, t.source_last_updated as "lastUpdated",
         t.source_version_id as "versionId"
       from ${table ?? 'care_event'} t
       where t.organization_id = $4 and t.source_id = $1 and t.external_id = any($2::text[]) ${ofKind}`,
      params,
      `storedOfFile/${table ?? 'care_event'}`,
    )
    all.push(...rows)
  }
  return new Map(all.map((row) => [nameOf(row), row]))
}
