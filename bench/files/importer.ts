import { readFileSync } from 'node:fs'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { newId } from '../../db/newId.ts'
import { openDatabase } from '../../db/orm.ts'
import { importFile } from '../../db/queries/inbound/files/importFile.ts'
import { storeFile } from '../../db/queries/inbound/files/storeFile.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { round } from '../figure.ts'
import { fileOf, layout } from './lines.ts'

// The process that stores and imports, as a worker does; what it measured is its only line of output.

export interface ToImport {
  databaseUrl: string
  organizationId: string
  rows: number
}
interface Run {
  rows: number
  /** Of this process, while it stored and imported; the database's is its own. */
  cpuSeconds: number
  perSecond: number
  storedMbPerSecond: number
  /** Care events that have to be planned because of it. */
  touched: number
}
export interface Measured {
  first: Run
  again: Run
  peakMb: number
}

const { databaseUrl, organizationId, rows } = JSON.parse(process.argv[2] ?? '{}') as ToImport
const clock = () => Date.now()
const database = await openDatabase({ url: databaseUrl, clock, poolSize: 2 })
const encryption = createEncryption(generateEncryptionKey('bench'))
const settings = sourceSettingsSchema.parse({ csv: { layouts: [layout] } })
const source = { id: newId(), organizationId, kind: 'csv' as const, status: 'active' as const, version: 1, settings }
const query = <T extends object>(sql: string, params: readonly unknown[]) =>
  database.inOrganization(organizationId, (tx) => tx.query<T>(sql, params))
await query(
  `insert into ehr_source (organization_id, id, name, kind, secret_encrypted, status, settings, version, created_at, updated_at)
   values ($1, $2, 'Files', 'csv', $3, 'active', $4, 1, $5, $5)`,
  [organizationId, source.id, encryption.encrypt('secret'), JSON.stringify(settings), new Date()],
)

async function run(count: number, night: number): Promise<Run> {
  const deps = { database, encryption, clock }
  const changedBefore = new Date()
  const began = performance.now()
  const cpu = process.cpuUsage()
  const { fileId } = await storeFile(deps, source, { name: 'export.csv', body: fileOf(count, night) }, clock())
  const stored = performance.now()
  for (let outcome = 'released'; outcome === 'released'; )
    outcome = await importFile(deps, { organizationId, id: fileId })
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  const [file] = await query<{ state: string; applied: number; unchanged: number; rejected: number; bytes: number }>(
    'select state, applied, unchanged, rejected, bytes from ehr_file where id = $1',
    [fileId],
  )
  if (file?.state !== 'done' || file.rejected > 0 || file.applied + file.unchanged !== count)
    throw new Error(`the import ended as ${JSON.stringify(file)}`)
  const [touched] = await query<{ n: number }>(
    'select count(*)::int as n from care_event where source_id = $1 and updated_at >= $2',
    [source.id, changedBefore],
  )
  return {
    rows: count,
    cpuSeconds: round((user + system) / 1e6),
    perSecond: round((count / ms) * 1_000),
    storedMbPerSecond: round(file.bytes / 1_000 / (stored - began)),
    touched: touched?.n ?? 0,
  }
}

/** Most memory this process ever had. What the system's accounting says includes who started it, Linux's own file does not. */
function peakMb(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return round(Number(kilobytes) / 1024)
}

const first = await run(rows, 0)
const again = await run(rows, 1)
const measured: Measured = { first, again, peakMb: peakMb() }
await database.close()
console.log(JSON.stringify(measured))
