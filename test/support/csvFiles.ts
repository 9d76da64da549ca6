import type { Encryption } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import type { Database } from '../../db/orm.ts'
import { type ImportOutcome, importFile } from '../../db/queries/inbound/files/importFile.ts'
import { type ArrivingFile, type FileDeps, storeFile } from '../../db/queries/inbound/files/storeFile.ts'
import type { ImportDeps } from '../../db/queries/inbound/files/turn.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import type { CsvLayoutInput } from '../../domain/inbound/csv/settings.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import type { Clock } from '../../domain/instant.ts'

interface World {
  database: Database
  encryption: Encryption
  organizationId: string
  clock: Clock
}

/** Appointments as many EHRs export them: one line each, with the patient's demographics. */
export const appointmentLayout = {
  name: 'appointments',
  rows: 'appointment',
  fields: {
    id: { columns: ['Appt Id'] },
    status: { columns: ['Status'] },
    start: { columns: ['Date', 'Time'] },
    durationMinutes: { columns: ['Length'] },
    facilityId: { columns: ['Location'] },
    providerId: { columns: ['Provider Id'] },
    providerName: { columns: ['Provider'] },
    appointmentTypeName: { columns: ['Type'] },
    patientId: { columns: ['Chart'] },
    firstName: { columns: ['First'] },
    lastName: { columns: ['Last'] },
    birthDate: { columns: ['DOB'] },
    mobilePhone: { columns: ['Cell'] },
  },
} as const satisfies CsvLayoutInput

export const appointmentColumns = [
  ...['Appt Id', 'Status', 'Date', 'Time', 'Length', 'Location', 'Provider Id', 'Provider', 'Type'],
  ...['Chart', 'First', 'Last', 'DOB', 'Cell'],
] as const
export type AppointmentCells = Partial<Record<(typeof appointmentColumns)[number], string>>

/** One line of such an export; what is not said is a usual visit. */
export function appointmentLine(id: string, cells: AppointmentCells = {}): string {
  const usual: AppointmentCells = {
    ...{ 'Appt Id': id, Status: 'Scheduled', Date: '11/12/2026', Time: '9:30 AM', Length: '30', Location: 'main' },
    ...{ 'Provider Id': 'strange', Provider: 'Dr. Ada Strange', Type: 'Follow up' },
    ...{ Chart: 'quill', First: 'Zephyrine', Last: 'Quill', DOB: '2/3/1980', Cell: '(555) 555-0101' },
  }
  const all = { ...usual, ...cells }
  return appointmentColumns.map((column) => quoted(all[column] ?? '')).join(',')
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

export function appointmentFile(lines: readonly string[]): string {
  return [appointmentColumns.join(','), ...lines, ''].join('\r\n')
}

/** A source of files in a database, and what its worker does. */
export async function csvSource(world: World, layouts: readonly CsvLayoutInput[], more: Partial<FileDeps> = {}) {
  const { database, encryption, organizationId, clock } = world
  const settings = sourceSettingsSchema.parse({ csv: { layouts } })
  const id = newId()
  const inTx = <T extends object>(sql: string, params: readonly unknown[] = []) =>
    database.inOrganization(organizationId, (tx) => tx.query<T>(sql, params))
  await inTx(
    `insert into ehr_source (organization_id, id, name, kind, secret_encrypted, status, settings, version, created_at, updated_at)
     values ($1, $2, 'Files', 'csv', $3, 'active', $4, 1, $5, $5)`,
    [organizationId, id, encryption.encrypt('secret'), JSON.stringify(settings), new Date(clock())],
  )
  const source: InboundSource = { ...{ id, organizationId, kind: 'csv', status: 'active', version: 1 }, settings }
  const deps: ImportDeps = { database, encryption, clock }
  return {
    ...source,
    rows: inTx,
    store: (text: string | Buffer, file: Partial<ArrivingFile> = {}) =>
      storeFile({ ...deps, ...more }, source, { name: 'file.csv', body: once(Buffer.from(text)), ...file }, clock()),
    /** One worker's turn at everything that is due. */
    async work(over: Partial<ImportDeps> = {}): Promise<ImportOutcome[]> {
      const outcomes: ImportOutcome[] = []
      const own = new Set(
        (await inTx<{ id: string }>('select id from ehr_file where source_id = $1', [id])).map((file) => file.id),
      )
      const due = await database.lookup.dueFiles(clock(), 200)
      for (const file of due.filter((each) => own.has(each.id)))
        outcomes.push(await importFile({ ...deps, ...over }, file))
      return outcomes
    },
    async file(fileId: string) {
      const [row] = await inTx<{
        state: string
        rows: number
        applied: number
        unchanged: number
        rejected: number
        absent: number
        reasons: { path: string; message: string }[]
        alarm: object | null
      }>('select state, rows, applied, unchanged, rejected, absent, reasons, alarm from ehr_file where id = $1', [
        fileId,
      ])
      return row
    },
    rejects: (fileId: string) =>
      inTx<{ row: number; reasons: { path: string; message: string }[] }>(
        'select row, reasons from ehr_file_reject where file_id = $1 order by row',
        [fileId],
      ),
    /** Status and start by external id. */
    async events(): Promise<Record<string, string>> {
      const rows = await inTx<{ id: string; status: string; start_at: Date | null }>(
        'select external_id as id, status, start_at from care_event where source_id = $1 order by external_id',
        [id],
      )
      return Object.fromEntries(
        rows.map((row) => [row.id, `${row.status} ${row.start_at?.toISOString().slice(0, 16)}`]),
      )
    },
    /** Touches not yet planned. */
    touched: () =>
      inTx('delete from outbox o using care_event c where c.id = o.care_event_id and c.source_id = $1 returning c.id', [
        id,
      ]),
  }
}

export async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body
}
