import type { CareEventStatus } from '../../careEvent.ts'
import type { InboundReason, InboundReasonCode } from '../reason.ts'
import type { CsvField } from './fields.ts'
import type { CsvLayout } from './settings.ts'
import { statusWords } from './statusWords.ts'

type Place = { columns: readonly number[]; join: string } | { constant: string }

/** A layout beside the header of one file: where in a row each field is. */
export interface CsvReader {
  layout: CsvLayout
  header: readonly string[]
  places: ReadonlyMap<CsvField, Place>
  statuses: ReadonlyMap<string, CareEventStatus>
}

export function csvReader(layout: CsvLayout, header: readonly string[]): CsvReader {
  const places = new Map<CsvField, Place>()
  for (const [name, source] of Object.entries(layout.fields))
    places.set(
      name as CsvField,
      'constant' in source
        ? { constant: source.constant }
        : { columns: source.columns.map((column) => header.indexOf(column)), join: source.join },
    )
  return { layout, header, places, statuses: statusWords(layout) }
}

const longest = 4_000

/** One row being read: its texts by field, and what is wrong with them. Empty cells say nothing. */
export class Cells {
  readonly reader: CsvReader
  readonly cells: readonly string[]
  readonly reasons: InboundReason[] = []
  constructor(reader: CsvReader, cells: readonly string[]) {
    this.reader = reader
    this.cells = cells
  }

  has(field: CsvField): boolean {
    return this.reader.places.has(field)
  }

  /** Null: empty, not mapped, or (with an error) no text at all. */
  text(field: CsvField, most = 500): string | null {
    const place = this.reader.places.get(field)
    if (place === undefined) return null
    if ('constant' in place) return place.constant
    let text = ''
    for (const column of place.columns) {
      const cell = this.cells[column]?.trim() ?? ''
      if (cell !== '') text = text === '' ? cell : text + place.join + cell
    }
    if (text === '') return null
    if (text.includes('\uFFFD'))
      return this.error(
        field,
        'malformed',
        `has letters that are none in ${this.reader.layout.encoding}: set the encoding of the layout`,
      )
    if (text.includes('\0') || !text.isWellFormed())
      return this.error(field, 'malformed', 'has a character that is none (U+0000, or half of a surrogate pair)')
    if (text.length > Math.min(most, longest))
      return this.error(field, 'tooLong', `has ${text.length} letters: at most ${Math.min(most, longest)} are taken`)
    return text
  }

  /** Yes or no in the usual words; null where it says neither. */
  flag(field: CsvField): boolean | null {
    const text = this.text(field)?.toUpperCase()
    if (text === undefined) return null
    if (/^(Y|YES|TRUE|T|1|ACTIVE)$/.test(text)) return true
    if (/^(N|NO|FALSE|F|0|INACTIVE)$/.test(text)) return false
    return this.warn(field, 'unknownCode', 'is neither yes nor no, and is left out')
  }

  error(field: CsvField, code: InboundReasonCode, message: string): null {
    return this.say('error', field, code, message)
  }

  warn(field: CsvField, code: InboundReasonCode, message: string): null {
    return this.say('warning', field, code, message)
  }

  private say(severity: InboundReason['severity'], field: CsvField, code: InboundReasonCode, message: string): null {
    const path = this.columnsOf(field)
    const isSaid = this.reasons.some((reason) => reason.path === path && reason.message === message)
    if (!isSaid) this.reasons.push({ severity, code, path, message })
    return null
  }

  /** As the file calls them. */
  private columnsOf(field: CsvField): string {
    const place = this.reader.places.get(field)
    if (place === undefined || 'constant' in place) return field
    return place.columns.map((column) => this.reader.header[column]).join(', ')
  }
}
