import type { AnchorValue } from '../../careEvent.ts'
import type { InboundRecord } from '../normalForm.ts'
import { Cells, type CsvReader } from './cells.ts'
import { type CsvField, csvFieldNames } from './fields.ts'

/** What a row's fields were understood as: the cell's own text where nothing had to be understood. */
export function mappedValues(
  reader: CsvReader,
  row: readonly string[],
  records: readonly InboundRecord[],
): Partial<Record<CsvField, string>> {
  const cells = new Cells(reader, row)
  const understood = understoodOf(records)
  const values: Partial<Record<CsvField, string>> = {}
  for (const field of csvFieldNames) {
    const text = reader.places.has(field) ? cells.text(field) : null
    const value = understood[field] === undefined ? text : understood[field]
    if (value !== null && (text !== null || field === 'status')) values[field] = value
  }
  return values
}

/** null: it says something that is left out. */
function understoodOf(records: readonly InboundRecord[]): Partial<Record<CsvField, string | null>> {
  const understood: Partial<Record<CsvField, string | null>> = {}
  for (const record of records) {
    if (record.content === null) continue
    if (record.kind === 'patient') {
      const { birthDate, bornIn, language, zone, firstName, lastName } = record.content
      Object.assign(understood, { birthDate: birthDate ?? bornIn, language, patientZone: zone })
      understood.patientName = [firstName, lastName].filter((part) => part !== null).join(' ') || null
    }
    if (record.kind === 'careEvent') {
      const { status, start, end, dueDate, procedureDate, diagnosisDate, codes, origin } = record.content
      const created = record.content.created
      Object.assign(understood, { status, origin, end: end === null ? null : iso({ at: end }) })
      for (const [field, anchor] of Object.entries({ start, created, dueDate, procedureDate, diagnosisDate }))
        understood[field as CsvField] = anchor === null ? null : iso(anchor)
      understood.codes = codes.map(({ system, code }) => `${system} ${code}`).join(', ') || null
    }
  }
  return understood
}

function iso(anchor: AnchorValue): string {
  return 'at' in anchor ? new Date(anchor.at).toISOString() : anchor.date
}
