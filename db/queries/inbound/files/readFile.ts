import { createHash } from 'node:crypto'
import { type CsvReader, csvReader } from '../../../../domain/inbound/csv/cells.ts'
import { checkHeader } from '../../../../domain/inbound/csv/layout.ts'
import { readKey } from '../../../../domain/inbound/csv/row.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import { type CsvRow, csvRows } from './csvRows.ts'
import { type FileKey, facilityInFile, unreadableKey } from './keys.ts'

/** The header of a file is not what its layout needs. */
export class WrongColumns extends Error {
  override name = 'WrongColumns'
  readonly reasons: InboundReason[]
  constructor(reasons: InboundReason[]) {
    super('the columns are not those of the layout')
    this.reasons = reasons
  }
}

/** A file's rows in batches, after so many that are done; each with the reader of its header. Throws `WrongColumns`. */
export async function* rowsInBatches(
  layout: CsvLayout,
  body: AsyncIterable<Buffer>,
  { after, size }: { after: number; size: number },
): AsyncGenerator<{ reader: CsvReader; rows: CsvRow[] }> {
  let reader: CsvReader | null = null
  let rows: CsvRow[] = []
  for await (const row of csvRows(layout, body)) {
    if (reader === null) {
      const reasons = checkHeader(layout, row.cells)
      if (reasons.length > 0) throw new WrongColumns(reasons)
      reader = csvReader(layout, row.cells)
      continue
    }
    // The header is row 1: what follows it is the first that counts.
    if (row.row - 1 <= after) continue
    rows.push(row)
    if (rows.length < size) continue
    yield { reader, rows }
    rows = []
  }
  if (reader !== null && rows.length > 0) yield { reader, rows }
}

/** What has to be known of all rows before the first of them is applied: which records, of which facilities. */
export function keysOf(reader: CsvReader, rows: readonly CsvRow[]): FileKey[] {
  const kind = reader.layout.rows
  return rows.flatMap(({ row, cells }): FileKey[] => {
    const key = readKey(reader, cells)
    if (key === null) return [{ kind: unreadableKey, externalId: '', row, hash: '' }]
    return [
      { kind, externalId: key.externalId, row, hash: hashOfCells(cells) },
      { kind: facilityInFile, externalId: key.facilityId ?? '', row, hash: '' },
    ]
  })
}

/** By which an exact repeat of a row is told from another row with the same id. */
export function hashOfCells(cells: readonly string[]): string {
  return createHash('sha256').update(cells.join('\u001f')).digest('base64url').slice(0, 22)
}
