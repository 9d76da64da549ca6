import type { Instant, Zone } from '../../instant.ts'
import { endOfDay, parseDate } from '../../time.ts'
import type { InboundRecord, RecordReference, SourceVersion } from '../normalForm.ts'
import type { InboundReason } from '../reason.ts'
import { readCareEvent } from './careEvent.ts'
import { Cells, type CsvReader } from './cells.ts'
import { patientFields } from './fields.ts'
import { readPatient } from './patient.ts'
import { readFacility, readReference } from './resources.ts'
import { anchorIn, csvTime } from './time.ts'

/** What reading the rows of one file needs to know besides the file. */
export interface CsvContext {
  /** The order of its records, where a row says none: when the file was written. */
  versionAt: Instant
  /** ISO 3166: the country of phone numbers that name none. */
  region: string
  /** Another layout of the source has the patients: this one only refers to them. */
  patientsElsewhere: boolean
  /** The zone of a facility by its external id; the organization's where that one is not known, or null is asked for. */
  zoneOf(facilityExternalId: string | null): Zone
}

/** Which record a row is, whatever else is wrong with it, and where. */
export interface RowKey {
  externalId: string
  facilityId: string | null
}

/** A row as it was read: its own record last, after those it names. With an error among the reasons there is none. */
export interface ReadRow {
  key: RowKey | null
  /** Whose it is, by the source's id. */
  patientId: string | null
  records: InboundRecord[]
  reasons: InboundReason[]
}

/** Only which record a row is; null: its id can't be read. */
export function readKey(reader: CsvReader, cells: readonly string[]): RowKey | null {
  return keyOf(new Cells(reader, cells))
}

function keyOf(cells: Cells): RowKey | null {
  const externalId = cells.text(cells.reader.layout.rows === 'patient' ? 'patientId' : 'id', 200)
  if (externalId === null) return null
  return { externalId, facilityId: readReference(cells, 'facility')?.externalId ?? null }
}

/** A row of a file to normal form (Inbound: files); never throws, whatever its cells. */
export function readRow(reader: CsvReader, row: readonly string[], context: CsvContext): ReadRow {
  const cells = new Cells(reader, row)
  checkWidth(cells)
  const key = keyOf(cells)
  const idField = reader.layout.rows === 'patient' ? 'patientId' : 'id'
  if (key === null)
    cells.error(idField, 'missing', 'is empty: without an id a later row could not be told from a new record')
  const records = key === null ? [] : readRecords(cells, key, context)
  const patientId = cells.text('patientId', 200)
  const isBroken = cells.reasons.some(({ severity }) => severity === 'error')
  return { key, patientId, records: isBroken ? [] : records, reasons: cells.reasons }
}

function checkWidth({ reader, cells, reasons }: Cells): void {
  const { header } = reader
  const beyond = cells.slice(header.length).some((cell) => cell.trim() !== '')
  if (cells.length >= header.length && !beyond) return
  const message = `has ${cells.length} cells, and the first row has ${header.length}: a quote or a delimiter is amiss`
  reasons.push({ severity: 'error', code: 'malformed', path: 'row', message })
}

function readRecords(cells: Cells, { externalId }: RowKey, context: CsvContext): InboundRecord[] {
  const { layout } = cells.reader
  const file: SourceVersion = { lastUpdated: context.versionAt, versionId: null }
  const facility = readReference(cells, 'facility')
  const facilityContent = facility && readFacility(cells, context.region)
  const zone = layout.timeZone ?? facilityContent?.zone ?? context.zoneOf(facility?.externalId ?? null)
  const own = { lastUpdated: readVersion(cells, zone, context.versionAt), versionId: null }
  const patientId = cells.text('patientId', 200)
  if (patientId === null) return cells.error('patientId', 'missing', 'is empty: a row has to say whose it is') ?? []
  const patient = patientRecord(cells, patientId, layout.rows === 'patient' ? own : file, context)
  if (layout.rows === 'patient') return patient
  const records: InboundRecord[] = []
  const kept = { deleted: false, sourceVersion: file } as const
  if (facility && facilityContent)
    records.push({ kind: 'facility', externalId: facility.externalId, content: facilityContent, ...kept })
  for (const kind of ['provider', 'appointmentType'] as const) {
    const named = cells.has(`${kind}Name`) ? readReference(cells, kind) : null
    if (named === null) continue
    const content = { name: named.display, active: true }
    if (kind === 'provider')
      records.push({ kind, externalId: named.externalId, content: { ...content, practitioner: null }, ...kept })
    else records.push({ kind, externalId: named.externalId, content, ...kept })
  }
  const reference: RecordReference = { externalId: patientId, identifier: null, display: null }
  const content = readCareEvent(cells, layout.rows, reference, facility, zone)
  if (content === null) return []
  const careEvent: InboundRecord = {
    kind: 'careEvent',
    careEventKind: layout.rows,
    externalId,
    deleted: false,
    sourceVersion: own,
    content,
  }
  return [...records, ...patient, careEvent]
}

function patientRecord(
  cells: Cells,
  externalId: string,
  sourceVersion: SourceVersion,
  context: CsvContext,
): InboundRecord[] {
  const isTold =
    cells.reader.layout.rows === 'patient' ||
    (!context.patientsElsewhere && patientFields.some((field) => cells.has(field)))
  if (!isTold) return []
  const content = readPatient(cells, { now: context.versionAt, region: context.region })
  return [{ kind: 'patient', externalId, deleted: false, sourceVersion, content }]
}

/**
 * When the record was last changed, by its own column; never later than the file itself. A day alone is its end, so that
 * of two changes on one day the one of the later file counts.
 */
function readVersion(cells: Cells, zone: Zone, versionAt: Instant): Instant {
  const text = cells.text('version', 100)
  if (text === null) return versionAt
  const time = csvTime(text, cells.reader.layout.timeFormats)
  if (time === null) {
    cells.warn('version', 'invalidInstant', 'is no time in the formats of the layout: the time of the file counts')
    return versionAt
  }
  const anchor = anchorIn(time, zone)
  const at = 'at' in anchor ? anchor.at : endOfDay(zone, parseDate(anchor.date) ?? 0) - 1
  return Math.min(at, versionAt)
}
