import { csvRows, UnreadableCsv } from '../../db/queries/inbound/files/csvRows.ts'
import { readZones } from '../../db/queries/inbound/zones.ts'
import { csvReader } from '../../domain/inbound/csv/cells.ts'
import { checkHeader } from '../../domain/inbound/csv/layout.ts'
import { type CsvContext, readRow } from '../../domain/inbound/csv/row.ts'
import type { CsvLayout, FieldSource } from '../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../domain/inbound/reason.ts'
import type { Visit } from '../visit.ts'
import { columnsInput } from './columns.ts'
import type { Section, Values } from './fields.ts'
import { layoutSections } from './layoutFields.ts'
import { checkLayout, type LayoutForm } from './layoutForm.ts'
import { fieldProblems } from './problems.ts'
import { recordFacts, recordTitle } from './recordWords.ts'
import type { TriedEntry } from './tryIt.ts'

/** What a sample of a file would become by a layout; nothing of it is stored. */
export interface FileTrial {
  summary: string
  isGood: boolean
  /** Why no row can be read yet: what the layout lacks, or what is wrong with the file. */
  before: string[]
  /** The file's columns, an example of each, and the fields that come from it. */
  columns: { name: string; example: string; fields: string[] }[]
  entries: TriedEntry[]
}

const shownRows = 10
/** Rows that are read for the count; a sample has no more. */
const mostRows = 5_000

/** The first row of a sample and those after it; a reason where it can't be read. */
export async function sampleRows(
  form: LayoutForm,
  sample: string,
): Promise<{ header: string[]; rows: string[][]; broken: string | null }> {
  const rows: string[][] = []
  let broken: string | null = null
  try {
    for await (const { cells } of csvRows(readingOnly(form), once(Buffer.from(sample)))) {
      rows.push(cells)
      if (rows.length > mostRows) break
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error
    broken = error.reason.message
  }
  return { header: rows[0] ?? [], rows: rows.slice(1), broken }
}

/** Reads a sample by the layout as it is in the form, as far as it can be read already. */
export async function tryFile(
  { tx, now, organization }: Visit,
  source: { id: string; settings: { phoneCountry: string; csv: { layouts: readonly CsvLayout[] } } },
  form: LayoutForm,
  stored: CsvLayout | null,
  sample: string,
): Promise<FileTrial> {
  const { header, rows, broken } = await sampleRows(form, sample)
  const columns = columnsOf(form, header, rows[0] ?? [])
  const checked = checkLayout(form, stored)
  const lacking =
    'errors' in checked
      ? fieldProblems(layoutSections(form.rows), checked.errors).map(({ label, message }) => `${label}: ${message}`)
      : checkHeader(checked.layout, header).map(({ path, message }) => `“${path}” ${message}`)
  const before = [...(broken === null ? [] : [`The file: ${broken}`]), ...(header.length === 0 ? [] : lacking)]
  if ('errors' in checked || lacking.length > 0 || rows.length === 0)
    return { summary: summaryBefore(before, header), isGood: false, before, columns, entries: [] }
  const others = source.settings.csv.layouts.filter((layout) => layout !== stored)
  const context: CsvContext = {
    versionAt: now,
    region: source.settings.phoneCountry,
    patientsElsewhere: others.some((layout) => layout.rows === 'patient'),
    zoneOf: await readZones(tx, source.id),
  }
  const reader = csvReader(checked.layout, header)
  const read = rows.map((cells) => readRow(reader, cells, context))
  const taken = read.filter(({ records }) => records.length > 0).length
  // What is wrong comes first: that is what a sample is tried for.
  const order = read
    .map((row, index) => ({ ...row, number: index + 2 }))
    .sort((a, b) => Number(isTaken(a)) - Number(isTaken(b)) || a.number - b.number)
  return {
    summary: `${taken} of ${rows.length} ${rows.length === 1 ? 'row' : 'rows'} would be taken${taken < rows.length ? '; the others would be among the rejects, with their reasons' : ''}.`,
    isGood: taken === rows.length,
    before,
    columns,
    entries: order.slice(0, shownRows).map(({ number, records, reasons }) => {
      const own = records.at(-1)
      const patient = own?.kind === 'patient' ? undefined : records.find(({ kind }) => kind === 'patient')
      const reading = { zone: organization.timeZone, now }
      return {
        where: `row ${number}`,
        title: own ? recordTitle(own) : null,
        facts: [
          ...(own ? recordFacts(own, reading) : []),
          ...(patient ? recordFacts(patient, reading).filter(({ name }) => name !== 'Counts from') : []),
        ],
        reasons: reasons as InboundReason[],
      }
    }),
  }
}

function isTaken({ records }: { records: readonly unknown[] }): boolean {
  return records.length > 0
}

function summaryBefore(before: readonly string[], header: readonly string[]): string {
  if (header.length === 0) return 'The sample has no row: the first one has to name the columns.'
  if (before.length === 0) return 'The sample has the row with the names only.'
  return 'No row can be read yet.'
}

/** As much of the form as telling rows and cells apart needs. A sample is text already, whatever its file was. */
function readingOnly({ rows, values }: LayoutForm): CsvLayout {
  const quote = values.quote?.[0]
  return {
    ...{ name: '', files: null, rows, encoding: 'utf-8', timeFormats: [], timeZone: null },
    ...{ statuses: {}, fields: {}, snapshot: null },
    delimiter: ([',', ';', '\t', '|'] as const).find((each) => each === values.delimiter?.[0]) ?? ',',
    quote: quote === '"' || quote === "'" ? quote : null,
  }
}

function columnsOf(
  { rows, values }: LayoutForm,
  header: readonly string[],
  first: readonly string[],
): FileTrial['columns'] {
  const mapped = mappedFields(layoutSections(rows), values)
  return header.map((name, index) => ({
    name,
    example: (first[index] ?? '').slice(0, 60),
    fields: mapped.filter(({ columns }) => columns.includes(name)).map(({ label }) => label),
  }))
}

function mappedFields(sections: readonly Section[], values: Values): { label: string; columns: readonly string[] }[] {
  return sections
    .flatMap(({ fields }) => fields)
    .filter(({ control }) => control === 'columns')
    .map(({ path, label }) => {
      const source = columnsInput((values[path]?.[0] ?? '').trim(), undefined) as FieldSource | undefined
      return { label, columns: source && 'columns' in source ? source.columns : [] }
    })
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
