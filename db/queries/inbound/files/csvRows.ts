import { Readable, type Transform } from 'node:stream'
import { type Options, parse } from 'csv-parse'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'

/** A row as the file has it. The header is row 1, as a spreadsheet shows it. */
export interface CsvRow {
  row: number
  cells: string[]
}

/** What makes a file unreadable from some row on. */
export class UnreadableCsv extends Error {
  override name = 'UnreadableCsv'
  readonly reason: InboundReason
  constructor(message: string) {
    super(message)
    this.reason = { severity: 'error', code: 'malformed', path: 'file', message }
  }
}

/** Bytes whose rows are made at a time, whether anybody takes them or not: what waits grows old, and stays long. */
const parsedAtOnce = 16 * 1024

/** Longer than any row: a quote that is never closed must not fill the memory. Characters. */
const longestRow = 1024 * 1024

/** The rows of a file, the header first, in bounded memory whatever its size; at most so many. Throws `UnreadableCsv`. */
export async function* csvRows(
  layout: CsvLayout,
  body: AsyncIterable<Buffer>,
  { most }: { most?: number } = {},
): AsyncGenerator<CsvRow> {
  const parser: Transform = parse({ ...optionsOf(layout), ...(most === undefined ? {} : { to: most }) })
  // One piece ahead, no more.
  const source = Readable.from(decoded(layout, body), { objectMode: true, highWaterMark: 1 })
  // An error of the source ends the parser with it; that of the parser is thrown where its rows are taken.
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1
      yield { row, cells }
    }
  } catch (error) {
    throw unreadable(error)
  } finally {
    parser.destroy()
    source.destroy()
  }
}

function optionsOf({ delimiter, quote }: CsvLayout): Options {
  return {
    delimiter,
    quote: quote ?? false,
    escape: quote ?? '"',
    record_delimiter: ['\r\n', '\n', '\r'],
    // Cells that are too many or too few are the row's mistake, not the file's; so is a quote inside a plain cell.
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: longestRow,
  }
}

function unreadable(error: unknown): unknown {
  const { code, records } = (error ?? {}) as { code?: unknown; records?: unknown }
  // Rows before it may not have been taken yet: the parser knows where it is.
  const row = Number(records ?? 0) + 1
  if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED')
    return new UnreadableCsv(`row ${row} opens a quote that is never closed: nothing after it can be told apart`)
  if (typeof code === 'string' && code.startsWith('CSV_'))
    return new UnreadableCsv(`row ${row} cannot be read: is this a file with the delimiter and quotes of the layout?`)
  return error
}

/** As text, by the byte order mark where there is one. What is no character of the encoding becomes U+FFFD. */
async function* decoded({ encoding }: CsvLayout, body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null
  for await (const chunk of body) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding)
    for (let from = 0; from < chunk.length; from += parsedAtOnce) {
      const text = decoder.decode(chunk.subarray(from, from + parsedAtOnce), { stream: true })
      if (text !== '') yield text
    }
  }
  const rest = decoder?.decode() ?? ''
  if (rest !== '') yield rest
}

function markedEncoding(start: Buffer): string | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8'
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : null
}
