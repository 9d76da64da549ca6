import { matchesPattern } from '../namePattern.ts'
import type { InboundReason } from '../reason.ts'
import { csvFieldNames, csvFields } from './fields.ts'
import type { CsvLayout, CsvSettings } from './settings.ts'

/** The layout that a file is read by: the one that is named, else that whose pattern fits, else the one for all others. */
export function layoutFor(settings: CsvSettings, fileName: string, named: string | null): CsvLayout | null {
  const { layouts } = settings
  if (named !== null) return layouts.find((layout) => layout.name === named) ?? null
  return (
    layouts.find(({ files }) => files !== null && matchesPattern(fileName, files)) ??
    layouts.find(({ files }) => files === null) ??
    null
  )
}

/** Every column that the layout's fields come from, with the first field that needs it. */
function columnsOf(layout: CsvLayout): Map<string, string> {
  const wanted = new Map<string, string>()
  for (const name of csvFieldNames) {
    const source = layout.fields[name]
    if (source === undefined || 'constant' in source) continue
    for (const column of source.columns) if (!wanted.has(column)) wanted.set(column, csvFields[name].label)
  }
  return wanted
}

/** What is wrong with a file's first row: it has to have the layout's columns, each once. */
export function checkHeader(layout: CsvLayout, header: readonly string[]): InboundReason[] {
  const wanted = columnsOf(layout)
  const missing = [...wanted].filter(([column]) => !header.includes(column))
  const twice = [...wanted].filter(([column]) => header.indexOf(column) !== header.lastIndexOf(column))
  const reason = (column: string, code: InboundReason['code'], message: string): InboundReason => ({
    ...{ severity: 'error', code, path: column, message },
  })
  const has = header.length === 1 ? 'it has a single column: is the delimiter right?' : `it has ${named(header)}`
  return [
    ...missing.map(([column, field]) =>
      reason(column, 'missing', `is no column of the file, and ${field} is to come from it: ${has}`),
    ),
    ...twice.map(([column]) => reason(column, 'inconsistent', 'is the name of two columns of the file')),
  ]
}

const mostNamed = 40

function named(header: readonly string[]): string {
  const shown = header.slice(0, mostNamed).map((column) => `"${column.slice(0, 60)}"`)
  return `${shown.join(', ')}${header.length > mostNamed ? ', …' : ''}`
}
