import type { Database } from '../../../db/orm.ts'
import { applyRecords } from '../../../db/queries/inbound/apply.ts'
import { csvRows } from '../../../db/queries/inbound/files/csvRows.ts'
import type { InboundSource } from '../../../db/queries/inbound/source.ts'
import { readZones } from '../../../db/queries/inbound/zones.ts'
import { type CsvReader, csvReader } from '../../../domain/inbound/csv/cells.ts'
import { readRow } from '../../../domain/inbound/csv/row.ts'
import type { CsvLayout } from '../../../domain/inbound/csv/settings.ts'
import { type InboundRecord, inboundKindOrder } from '../../../domain/inbound/normalForm.ts'
import { once } from '../../support/csvFiles.ts'

/** What becomes of records, one message after the other. */
export async function applyOne(
  database: Database,
  source: InboundSource,
  records: readonly InboundRecord[],
  now: number,
): Promise<string[]> {
  const inOrder = [...records].sort((a, b) => inboundKindOrder[a.kind] - inboundKindOrder[b.kind])
  return database.inOrganization(source.organizationId, async (tx) => {
    const applying = { tx, source, now, made: new Set<string>() }
    return [...(await applyRecords(applying, inOrder, { ordered: true, again: undefined })).values()]
  })
}

/**
 * Imports a file as the rules have it and no faster: each row a message of its own, the first row of an id counts, and
 * what a row says beside itself counts where no row before it has said it.
 */
export async function importRowByRow(
  database: Database,
  source: InboundSource,
  layout: CsvLayout,
  text: string,
  now: number,
): Promise<{ applied: number; unchanged: number; rejected: number }> {
  const counts = { applied: 0, unchanged: 0, rejected: 0 }
  const zoneOf = await database.inOrganization(source.organizationId, (tx) => readZones(tx, source.id))
  const context = { versionAt: now, region: 'US', patientsElsewhere: false, zoneOf }
  let reader: CsvReader | null = null
  const firsts = new Map<string, string>()
  const said = new Set<string>()
  for await (const { cells } of csvRows(layout, once(Buffer.from(text)))) {
    if (reader === null) {
      reader = csvReader(layout, cells)
      continue
    }
    const { key, records } = readRow(reader, cells, context)
    const all = JSON.stringify(cells)
    const first = key === null ? undefined : firsts.get(key.externalId)
    if (key !== null && first === undefined) firsts.set(key.externalId, all)
    if (first !== undefined) counts[first === all ? 'unchanged' : 'rejected'] += 1
    else if (records.length === 0) counts.rejected += 1
    else {
      const own = records.at(-1)
      const fresh = records.filter((record) => record === own || !said.has(nameOf(record)))
      for (const record of records) if (record !== own) said.add(nameOf(record))
      const outcomes = await applyOne(database, source, fresh, now)
      const isNews = outcomes.some((outcome) => outcome === 'created' || outcome === 'updated')
      counts[isNews ? 'applied' : 'unchanged'] += 1
    }
  }
  return counts
}

const nameOf = ({ kind, externalId }: InboundRecord) => `${kind}/${externalId}`
