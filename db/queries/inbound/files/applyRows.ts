import type { CsvReader } from '../../../../domain/inbound/csv/cells.ts'
import { type ReadRow, readRow } from '../../../../domain/inbound/csv/row.ts'
import { type InboundRecord, inboundKindOrder } from '../../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Instant } from '../../../../domain/instant.ts'
import type { Encryption } from '../../../encryption.ts'
import type { Tx } from '../../../orm.ts'
import { applyRecord } from '../apply.ts'
import { type Applying, hashOf } from '../applying.ts'
import { lockRecords } from '../locks.ts'
import { makeAllStubs, missingStubs } from '../references.ts'
import type { InboundSource } from '../source.ts'
import { readZones } from '../zones.ts'
import { noteChanged } from './changedRows.ts'
import { type ClaimedFile, keepLease } from './claim.ts'
import type { CsvRow } from './csvRows.ts'
import { type FileKey, firstKeys, kindOf, nameOf, noteKeys } from './keys.ts'
import { insertCareEvents, type NewRecord } from './newCareEvents.ts'
import { insertPatients, isPlainPatient } from './newPatients.ts'
import { hashOfCells } from './readFile.ts'
import { type RejectedRow, storeRejects } from './rejects.ts'
import { type Settled, settleUnchanged } from './stored.ts'
import { noteWarnings } from './warnings.ts'

export interface ApplyDeps {
  encryption: Encryption
}

/**
 * Applies rows that follow one another, with their progress, in one transaction: again after a crash it is as if they
 * had never been begun. A record counts as the first row of the file that names it says; a later row that says something
 * else is rejected, so that the same file has the same end whenever it comes. Throws `LeaseLost`, `SourceChanged`.
 */
export async function applyRows(
  { encryption }: ApplyDeps,
  tx: Tx,
  source: InboundSource,
  file: ClaimedFile,
  { reader, rows }: { reader: CsvReader; rows: readonly CsvRow[] },
  now: Instant,
): Promise<void> {
  const patientsElsewhere =
    reader.layout.rows !== 'patient' && source.settings.csv.layouts.some((layout) => layout.rows === 'patient')
  const zoneOf = await readZones(tx, source.id)
  const context = { versionAt: file.versionAt, region: source.settings.phoneCountry, patientsElsewhere, zoneOf }
  const read = rows.map((row) => ({ row, ...readRow(reader, row.cells, context) }))
  const { taken, rejects, repeats } = await sortOut(tx, file, reader, read)
  const records = await firstSaid(tx, file, taken)
  const settled = await settleUnchanged(
    tx,
    source.id,
    records.map(({ record }) => record),
    file.versionAt,
  )
  const outcome = await applyAll(tx, source, settled, now)
  const rowOf = new Map(records.map(({ record, row }) => [recordName(record), row]))
  const applied = new Set([...outcome].map((name) => rowOf.get(name)))
  const kind = reader.layout.rows
  noteChanged(
    tx,
    file.id,
    taken.flatMap(({ key, patientId, row: { row } }) =>
      key === null || !applied.has(row)
        ? []
        : [{ kind, externalId: key.externalId, patientExternalId: patientId, row }],
    ),
  )
  await storeRejects(tx, encryption, file.id, rejects)
  await noteWarnings(tx, file.id, taken)
  await keepLease(tx, file, now, {
    position: (rows.at(-1)?.row ?? 1) - 1,
    applied: applied.size,
    unchanged: taken.length - applied.size + repeats,
    rejected: rejects.length,
  })
}

type Read = ReadRow & { row: CsvRow }

/** Rows that can be taken, those that can't, and how many only repeat an earlier one. */
async function sortOut(tx: Tx, file: ClaimedFile, reader: CsvReader, read: readonly Read[]) {
  const kind = reader.layout.rows
  const keys = read.flatMap(({ key }) => (key === null ? [] : [{ kind, externalId: key.externalId }]))
  const firsts = await firstKeys(tx, file.id, keys)
  const taken: Read[] = []
  const rejects: RejectedRow[] = []
  let repeats = 0
  for (const each of read) {
    const first = each.key === null ? undefined : firsts.get(nameOf({ kind, externalId: each.key.externalId }))
    if (first !== undefined && first.row < each.row.row) {
      if (first.hash === hashOfCells(each.row.cells)) repeats += 1
      else rejects.push(rejected(each, [sameId(reader, first)]))
    } else if (each.records.length === 0) rejects.push(rejected(each, each.reasons))
    else taken.push(each)
  }
  return { taken, rejects, repeats }
}

function rejected({ row, key, patientId }: Read, reasons: readonly InboundReason[]): RejectedRow {
  return { row, reasons, externalId: key?.externalId ?? null, patientExternalId: patientId }
}

function sameId({ layout }: CsvReader, { row }: FileKey): InboundReason {
  const source = layout.fields[layout.rows === 'patient' ? 'patientId' : 'id']
  const path = source && 'columns' in source ? source.columns.join(', ') : 'id'
  const message = `has the same id as row ${row}, and says something else: the first row of an id counts`
  return { severity: 'error', code: 'inconsistent', path, message }
}

/** The records that no earlier row has said already; what a row is about itself is its own in any case. */
async function firstSaid(
  tx: Tx,
  file: ClaimedFile,
  taken: readonly Read[],
): Promise<{ record: InboundRecord; row: number }[]> {
  const named = taken.flatMap(({ row, records }) => records.slice(0, -1).map((record) => ({ record, row: row.row })))
  const keyed = named.map(({ record, row }) => ({
    ...{ kind: kindOf(record), externalId: record.externalId, row, record },
    hash: record.content === null ? '' : hashOf(record.content),
  }))
  const fresh = new Set((await noteKeys(tx, file.id, keyed)).map(nameOf))
  const firsts = new Map<string, { record: InboundRecord; row: number }>()
  for (const key of keyed) {
    const name = nameOf(key)
    if (fresh.has(name) && !firsts.has(name)) firsts.set(name, key)
  }
  const own = taken.flatMap(({ row, records }) => {
    const record = records.at(-1)
    return record === undefined ? [] : [{ record, row: row.row }]
  })
  return [...firsts.values(), ...own]
}

/** Names of the records that changed something. What is new goes in many at a time, all else one by one. */
async function applyAll(
  tx: Tx,
  source: InboundSource,
  { changed, known }: Settled,
  now: Instant,
): Promise<Set<string>> {
  const inOrder = [...changed].sort((a, b) => inboundKindOrder[a.kind] - inboundKindOrder[b.kind])
  const applying = { tx, source, now, made: new Set<string>() }
  const names = new Set<string>()
  const apply = async (record: InboundRecord) => {
    const outcome = await applyRecord(applying, record)
    if (outcome === 'created' || outcome === 'updated') names.add(recordName(record))
  }
  await lockRecords(tx, source, inOrder)
  const patients = await makeMissing(applying, inOrder)
  for (const record of patients) names.add(recordName(record))
  const isNew = (record: InboundRecord): record is NewRecord =>
    record.kind === 'careEvent' && !record.deleted && !known.has(recordName(record))
  for (const record of inOrder) if (!isNew(record) && !patients.has(record)) await apply(record)
  const { stored, left } = await insertCareEvents(applying, inOrder.filter(isNew))
  for (const record of stored) names.add(recordName(record))
  for (const record of left) await apply(record)
  return names
}

/** Makes what the records refer to and is not there: patients as their records say, all else as stubs. Returns the patients. */
async function makeMissing(applying: Applying, records: readonly InboundRecord[]): Promise<ReadonlySet<InboundRecord>> {
  const missing = await missingStubs(applying, records)
  const strangers = new Set(missing.get('patient')?.map(({ externalId }) => externalId))
  const whole = records.filter(isPlainPatient).filter(({ externalId }) => strangers.has(externalId))
  const told = new Set(whole.map(({ externalId }) => externalId))
  const stubs = [...missing].map(
    ([kind, references]) =>
      [kind, kind === 'patient' ? references.filter(({ externalId }) => !told.has(externalId)) : references] as const,
  )
  await makeAllStubs(applying, new Map(stubs))
  return insertPatients(applying, whole)
}

function recordName(record: InboundRecord): string {
  return nameOf({ kind: kindOf(record), externalId: record.externalId })
}
