import type { FieldSource } from '../../domain/inbound/csv/settings.ts'

/** Where a field comes from, in one line: `Last + First`, or `=Riverside` for the same in every row. */
export function columnsText(source: FieldSource | undefined): string {
  if (source === undefined) return ''
  return 'constant' in source ? `=${source.constant}` : source.columns.join(' + ')
}

/** The line as the settings have it; undefined: the field comes from nowhere. What joins the columns stays as stored. */
export function columnsInput(text: string, stored: FieldSource | undefined): unknown {
  if (text === '') return undefined
  if (text.startsWith('=')) return { constant: text.slice(1) }
  const join = stored && 'columns' in stored ? { join: stored.join } : {}
  return { columns: text.split(/\s+\+\s+/), ...join }
}
