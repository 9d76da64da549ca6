import * as z from 'zod'
import { careEventStatuses } from '../../careEvent.ts'
import { isZone } from '../../zone.ts'
import { type CsvField, csvFieldNames, csvFieldsOf, facilityFields, patientFields, rowKinds } from './fields.ts'
import { isTimeFormat } from './time.ts'

const columnName = z.string().trim().min(1, 'a column has a name').max(200)

/** Where a field's value comes from: columns of the file, joined when they are several, or the same text in every row. */
const fieldSource = z.union([
  z.strictObject({
    columns: z.array(columnName).min(1, 'name at least one column').max(10),
    /** Between the columns that are not empty. */
    join: z.string().max(10).default(' '),
  }),
  z.strictObject({ constant: z.string().trim().min(1, 'a constant is not empty').max(500) }),
])
export type FieldSource = z.output<typeof fieldSource>

const timeFormat = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(isTimeFormat, 'is no format of a day such as M/d/yyyy, or of a day with a time such as M/d/yyyy h:mm a')

const snapshot = z.strictObject({
  /** The window: so many days from the day of the file, each from midnight to midnight where the facility is. */
  fromDays: z.int().min(-366, 'at most a year back').max(366, 'at most a year ahead').default(0),
  days: z.int().min(1, 'a window has at least one day').max(731, 'at most two years').default(30),
  /** Whose records may be missing: those of the facilities that the file has rows of, or everybody's. */
  facilities: z.enum(['inFile', 'all']).default('inFile'),
  /** A file of less than this share (percent) of the one before stops and asks. */
  alarmBelowPercent: z.int().min(1).max(100).default(50),
})

/** One kind of file that a source sends: what its rows are, how it is written, and which column says what. */
export const csvLayoutSchema = z
  .strictObject({
    name: z.string().trim().min(1, 'a layout has a name').max(60),
    /** Names of its files, `*` for any letters (`appointments*.csv`); null: all that no other layout names. */
    files: z.string().trim().min(1).max(200).nullable().default(null),
    rows: z.enum(rowKinds).default('appointment'),
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    /** null: none, and a quotation mark is a letter like any other. */
    quote: z.enum(['"', "'"]).nullable().default('"'),
    /** A byte order mark says it better. */
    encoding: z.enum(['utf-8', 'windows-1252', 'utf-16le']).default('utf-8'),
    /** Beside ISO 8601, in this order: M and d are months and days, H or h hours, mm minutes, a is AM or PM. */
    timeFormats: z.array(timeFormat).max(10).default(['M/d/yyyy h:mm a', 'M/d/yyyy H:mm', 'M/d/yyyy']),
    /** Of times without an offset; null: the facility's, else the practice's. */
    timeZone: z.string().refine(isZone, 'is no time zone such as America/New_York').nullable().default(null),
    /** The EHR's words, in any case, beside those that are known: `{ "CXL": "cancelled" }`. */
    statuses: z.record(z.string().trim().min(1).max(60), z.string()).default({}),
    fields: z.partialRecord(z.enum(csvFieldNames), fieldSource).default({}),
    /** The file has all there is in its window: what it no longer has was cancelled. null: it has only what changed. */
    snapshot: snapshot.nullable().default(null),
  })
  .superRefine((layout, context) => {
    const issue = (path: (string | number)[], message: string) =>
      void context.addIssue({ code: 'custom', path, message })
    const known = csvFieldsOf(layout.rows)
    for (const { name, required } of known)
      if (required && layout.fields[name] === undefined)
        issue(['fields', name], "has to come from a column: without it a row can't be understood")
    for (const name of csvFieldNames)
      if (layout.fields[name] !== undefined && !known.some((field) => field.name === name))
        issue(['fields', name], `rows that are ${layout.rows}s have no such field`)
    for (const name of ['id', 'patientId'] as const) {
      const isKey = name === (layout.rows === 'patient' ? 'patientId' : 'id')
      const source = layout.fields[name]
      if (isKey && source && 'constant' in source) issue(['fields', name], 'would be the same in every row')
    }
    const statuses: readonly string[] = layout.rows === 'patient' ? [] : careEventStatuses[layout.rows]
    for (const [word, status] of Object.entries(layout.statuses))
      if (!statuses.includes(status))
        issue(['statuses', word], `has to be one of ${statuses.join(', ') || 'none: patients have no status'}`)
    if (layout.rows === 'patient' && layout.snapshot !== null)
      issue(['snapshot'], 'patients have no day: a file of patients is no snapshot')
  })
export type CsvLayout = z.output<typeof csvLayoutSchema>
export type CsvLayoutInput = z.input<typeof csvLayoutSchema>

/** Whom two layouts of care events describe by different fields, so that their files would undo each other. */
function toldDifferently(one: CsvLayout, other: CsvLayout, all: readonly CsvLayout[]): string | null {
  const said = (layout: CsvLayout, fields: readonly CsvField[]) =>
    layout.rows === 'patient' ? '' : fields.filter((field) => layout.fields[field] !== undefined).join()
  const differ = (fields: readonly CsvField[]) => {
    const [a, b] = [said(one, fields), said(other, fields)]
    return a !== '' && b !== '' && a !== b
  }
  if (differ(facilityFields)) return 'facilities'
  // Where a layout has the patients, the others only refer to them.
  return differ(patientFields) && !all.some(({ rows }) => rows === 'patient') ? 'patients' : null
}

/** What the files of a source are (Inbound: files). */
export const csvSettingsSchema = z.strictObject({
  layouts: z
    .array(csvLayoutSchema)
    .max(20)
    .superRefine((layouts, context) => {
      const issue = (index: number, field: string, message: string) =>
        void context.addIssue({ code: 'custom', path: [index, field], message })
      layouts.forEach((layout, index) => {
        const before = layouts.slice(0, index)
        if (before.some(({ name }) => name === layout.name)) issue(index, 'name', 'is the name of another layout')
        if (before.some(({ files }) => files === layout.files)) issue(index, 'files', 'are those of another layout')
        for (const other of before) {
          const told = toldDifferently(layout, other, layouts)
          if (told)
            issue(
              index,
              'fields',
              `say other things of ${told} than the layout "${other.name}": what one says, the other would take back`,
            )
        }
      })
    })
    .default([]),
})
export type CsvSettings = z.output<typeof csvSettingsSchema>
