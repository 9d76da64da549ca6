import { csvReader } from '../../../../domain/inbound/csv/cells.ts'
import type { CsvField } from '../../../../domain/inbound/csv/fields.ts'
import { checkHeader, layoutFor } from '../../../../domain/inbound/csv/layout.ts'
import { readRow } from '../../../../domain/inbound/csv/row.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import { mappedValues } from '../../../../domain/inbound/csv/values.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { SourceSettings } from '../../../../domain/inbound/sourceSettings.ts'
import type { Tx } from '../../../orm.ts'
import { readZones } from '../zones.ts'
import { csvRows, UnreadableCsv } from './csvRows.ts'

/** The beginning of a file as it would be read. */
export interface FilePreview {
  /** null: none fits. */
  layout: string | null
  header: string[]
  /** What keeps the file out as a whole; then there are no rows. */
  problems: InboundReason[]
  rows: PreviewRow[]
}
export interface PreviewRow {
  row: number
  cells: string[]
  /** By field: as it was understood, e.g. an instant in ISO 8601, a status, a number in E.164. */
  values: Partial<Record<CsvField, string>>
  /** Whether the row would be taken. */
  taken: boolean
  reasons: InboundReason[]
}

const mostRows = 50

/** Reads the beginning of a file by settings that need not be saved; nothing is stored. */
export async function previewFile(
  tx: Tx,
  {
    sourceId,
    settings,
    name,
    layout: named,
  }: { sourceId: string; settings: Pick<SourceSettings, 'csv' | 'phoneCountry'>; name: string; layout: string | null },
  sample: Buffer,
): Promise<FilePreview> {
  const layout = layoutFor(settings.csv, name, named)
  if (layout === null) return { layout: null, header: [], problems: [noLayout], rows: [] }
  const context = {
    ...{ versionAt: tx.now, region: settings.phoneCountry, zoneOf: await readZones(tx, sourceId) },
    patientsElsewhere: layout.rows !== 'patient' && settings.csv.layouts.some(({ rows }) => rows === 'patient'),
  }
  const preview: FilePreview = { layout: layout.name, header: [], problems: [], rows: [] }
  const all = await sampleRows(layout, sample, preview.problems)
  const [first, ...rows] = all
  preview.header = first?.cells ?? []
  preview.problems.push(...(first === undefined ? [] : checkHeader(layout, preview.header)))
  if (preview.problems.some(({ severity }) => severity === 'error')) return preview
  const reader = csvReader(layout, preview.header)
  preview.rows = rows.map(({ row, cells }) => {
    const { records, reasons } = readRow(reader, cells, context)
    return { row, cells, values: mappedValues(reader, cells, records), taken: records.length > 0, reasons }
  })
  return preview
}

const noLayout: InboundReason = {
  severity: 'error',
  code: 'unsupportedResource',
  path: 'file',
  message: 'no layout fits a file of that name',
}

/** A sample is cut off somewhere: its last row is only counted on when there is no other. */
async function sampleRows(layout: CsvLayout, sample: Buffer, problems: InboundReason[]) {
  const rows = []
  const cut = sample.lastIndexOf(0x0a)
  const whole = cut > 0 && sample.subarray(0, cut).includes(0x0a) ? sample.subarray(0, cut + 1) : sample
  try {
    for await (const row of csvRows(layout, only(whole), { most: mostRows + 1 })) rows.push(row)
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error
    // What was read until there is shown; the cut may be in the middle of a quoted cell.
    if (rows.length < 2) problems.push(error.reason)
  }
  if (rows.length === 0 && problems.length === 0) problems.push({ ...noLayout, code: 'missing', message: 'is empty' })
  return rows
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
