import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { CsvLayout } from '../../domain/inbound/csv/settings.ts'
import { encrypted, instant, key, timestamps } from './columns.ts'
import type { InboundReason } from './inbound.ts'

export const ehrFileStates = [
  'receiving',
  'waiting',
  'running',
  'held',
  'done',
  'refused',
  'rejected',
  'cancelled',
  'failed',
] as const
/**
 * `held`: it has shrunk, and an admin decides; `rejected`: they did. `refused`: it can't be read by its layout. `failed`:
 * it could not be imported through no fault of its own.
 */
export type EhrFileState = (typeof ehrFileStates)[number]

/** What an import does with all rows before it goes on: reads their ids, applies them, cancels what is absent. */
export const ehrFilePhases = ['reading', 'applying', 'absences'] as const
export type EhrFilePhase = (typeof ehrFilePhases)[number]

/** Why a file is held: it has so many, and the last good one had so many. */
export interface FileAlarm {
  what: 'rows' | 'absences'
  now: number
  before: number
}

/** A file of a source: stored whole before it is acknowledged, then imported by a worker, row after row. */
export const EhrFile = defineEntity({
  name: 'EhrFile',
  tableName: 'ehr_file',
  properties: {
    ...key(),
    sourceId: p.uuid(),
    name: p.text(),
    /** The layout it is read by, by name; null: none fits. */
    layout: p.text().nullable(),
    /** That layout as it was when the import began: an edit meanwhile is the next file's. */
    layoutSettings: p.json<CsvLayout>().nullable(),
    /** SHA-256 of what it says, after decompression. */
    hash: p.text(),
    bytes: p.bigint('number').default(0),
    receivedAt: instant(),
    /** The order of its rows that say none themselves: when the file was written, else when it arrived. */
    versionAt: instant(),
    state: p.enum(ehrFileStates),
    phase: p.enum(ehrFilePhases).default('reading'),
    /** Rows (or, of absences, records) of the phase that are done: an import goes on after them. */
    position: p.integer().default(0),
    /** All there are; null until they are counted. */
    rows: p.integer().nullable(),
    applied: p.integer().default(0),
    unchanged: p.integer().default(0),
    rejected: p.integer().default(0),
    /** Records that were cancelled because a snapshot no longer has them. */
    absent: p.integer().default(0),
    /** About the file as a whole. */
    reasons: p.json<InboundReason[]>().default('[]'),
    alarm: p.json<FileAlarm>().nullable(),
    /** Who let a held file pass, or rejected it. */
    decidedBy: p.uuid().nullable(),
    decidedAt: instant().nullable(),
    /** The worker that imports it; `nextAttemptAt` is until when nobody else may. */
    lease: p.uuid().nullable(),
    /** Null: nothing is to be done. */
    nextAttemptAt: instant().nullable(),
    attempts: p.integer().default(0),
    /** A code, no text. */
    lastError: p.text().nullable(),
    finishedAt: instant().nullable(),
    ...timestamps(),
  },
  indexes: [
    { properties: ['nextAttemptAt'] },
    { properties: ['organizationId', 'receivedAt'] },
    { properties: ['organizationId', 'sourceId', 'receivedAt'] },
  ],
})
export type EhrFile = InferEntity<typeof EhrFile>

/** A piece of a file, compressed and then encrypted. */
export const EhrFileChunk = defineEntity({
  name: 'EhrFileChunk',
  tableName: 'ehr_file_chunk',
  properties: {
    ...key(),
    fileId: p.uuid(),
    position: p.integer(),
    body: encrypted(),
  },
  uniques: [{ properties: ['organizationId', 'fileId', 'position'] }],
})
export type EhrFileChunk = InferEntity<typeof EhrFileChunk>

/** A record that a file names, and its first row that does; kept while the file is imported. */
export const EhrFileKey = defineEntity({
  name: 'EhrFileKey',
  tableName: 'ehr_file_key',
  properties: {
    organizationId: p.uuid().primary(),
    fileId: p.uuid().primary(),
    kind: p.text().primary(),
    externalId: p.text().primary(),
    row: p.integer(),
    /** Of what that row says of it. */
    hash: p.text(),
  },
})
export type EhrFileKey = InferEntity<typeof EhrFileKey>

/** A row that was not taken, with the reasons. */
export const EhrFileReject = defineEntity({
  name: 'EhrFileReject',
  tableName: 'ehr_file_reject',
  properties: {
    ...key(),
    fileId: p.uuid(),
    row: p.integer(),
    /** The source's ids of its record and its patient, as far as they can be read: it is found by them. */
    externalId: p.text().nullable(),
    patientExternalId: p.text().nullable(),
    /** Its cells. */
    body: encrypted(),
    reasons: p.json<InboundReason[]>(),
  },
  indexes: [{ properties: ['organizationId', 'externalId'] }, { properties: ['organizationId', 'patientExternalId'] }],
  uniques: [{ properties: ['organizationId', 'fileId', 'row'] }],
})
export type EhrFileReject = InferEntity<typeof EhrFileReject>

/** A record that a file changed, and by which row; what changes nothing leaves none of these. */
export const EhrFileRow = defineEntity({
  name: 'EhrFileRow',
  tableName: 'ehr_file_row',
  properties: {
    organizationId: p.uuid().primary(),
    fileId: p.uuid().primary(),
    kind: p.text().primary(),
    externalId: p.text().primary(),
    /** The source's id of whose it is. */
    patientExternalId: p.text().nullable(),
    /** Null: the file no longer has it, so that it was cancelled. */
    row: p.integer().nullable(),
  },
  indexes: [{ properties: ['organizationId', 'externalId'] }, { properties: ['organizationId', 'patientExternalId'] }],
})
export type EhrFileRow = InferEntity<typeof EhrFileRow>
