import * as z from 'zod'
import { ehrFilePhases, ehrFileStates } from '../../db/entities/ehrFile.ts'
import { getEhrSource } from '../../db/queries/ehrSources.ts'
import { decideFile, type FileDecision } from '../../db/queries/inbound/files/decide.ts'
import { fileRowOutcomes, findFileRows } from '../../db/queries/inbound/files/foundRows.ts'
import { previewFile } from '../../db/queries/inbound/files/preview.ts'
import { listEhrFiles, readEhrFile } from '../../db/queries/inbound/files/views.ts'
import { csvSettingsSchema } from '../../domain/inbound/csv/settings.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'EHR'

const reason = z.looseObject({ path: z.string(), message: z.string() })
const ehrFile = z
  .strictObject({
    id: z.uuid(),
    sourceId: z.uuid(),
    source: z.string(),
    name: z.string(),
    layout: z.string().nullable(),
    bytes: z.int(),
    receivedAt: isoInstant,
    state: z.enum(ehrFileStates),
    phase: z.enum(ehrFilePhases),
    position: z.int().meta({ description: 'Rows that are done in this phase.' }),
    rows: z.int().nullable().meta({ description: 'All there are; null until they are counted.' }),
    applied: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    absent: z.int().meta({ description: 'Records that were cancelled because the snapshot no longer has them.' }),
    reasons: z.array(reason),
    alarm: z.strictObject({ what: z.enum(['rows', 'absences']), now: z.int(), before: z.int() }).nullable(),
    decidedAt: isoInstantOrNull,
    finishedAt: isoInstantOrNull,
    lastError: z.string().nullable(),
  })
  .meta({ id: 'EhrFile' })

const mostRows = 200
const fileRow = z
  .strictObject({
    fileId: z.uuid(),
    file: z.string(),
    sourceId: z.uuid(),
    source: z.string(),
    receivedAt: isoInstant,
    row: z.int().nullable().meta({ description: 'The header is row 1; null: the file no longer had the record.' }),
    externalId: z.string().nullable(),
    patientExternalId: z.string().nullable(),
    outcome: z.enum(fileRowOutcomes),
    reasons: z.array(reason),
  })
  .meta({ id: 'EhrFileRow' })

const decision = (name: FileDecision, summary: string) =>
  route({
    method: 'post',
    path: `/api/ehr-files/{id}/${name}`,
    tag,
    role: 'admin',
    summary,
    params: idParams,
    response: ehrFile,
    handle: ({ tx, params, who, now }) => decideFile(tx, params.id, name, { who, now }),
  })

const severity = z.enum(['error', 'warning'])
const previewReason = z.strictObject({ severity, code: z.string(), path: z.string(), message: z.string() })

export const ehrFileRoutes = [
  route({
    method: 'get',
    path: '/api/ehr-files',
    tag,
    role: 'staff',
    summary: 'The files of the EHRs, the newest first, and how far each import is',
    query: listQuery({ sourceId: z.uuid().optional(), state: z.enum(ehrFileStates).optional() }),
    response: listOf(ehrFile),
    handle: ({ tx, query }) => listEhrFiles(tx, query),
  }),
  route({
    method: 'get',
    path: '/api/ehr-file-rows',
    tag,
    role: 'staff',
    summary: `The rows of files that changed a record or were rejected, by the source's id of the record or of its patient, or by ours; of the newest files first, at most ${mostRows}. A row that changed nothing is not among them`,
    query: z
      .strictObject({
        externalId: z.string().trim().min(1).max(200).optional(),
        careEventId: z.uuid().optional(),
        patientId: z.uuid().optional(),
        sourceId: z.uuid().optional(),
      })
      .refine(({ externalId, careEventId, patientId }) => externalId ?? careEventId ?? patientId, {
        path: ['externalId'],
        message: 'say whose rows: externalId, careEventId or patientId',
      }),
    response: z.strictObject({ items: z.array(fileRow) }),
    handle: async ({ tx, query }) => ({ items: await findFileRows(tx, query, mostRows) }),
  }),
  route({
    method: 'get',
    path: '/api/ehr-files/{id}',
    tag,
    role: 'staff',
    summary: 'One file and its progress',
    params: idParams,
    response: ehrFile,
    handle: ({ tx, params }) => readEhrFile(tx, params.id),
  }),
  decision('confirm', 'Import a file although it has shrunk'),
  decision('reject', 'Import nothing of a file that has shrunk'),
  decision('cancel', 'End an import; what it has applied stays'),
  decision('replay', 'Begin an import again, e.g. after its layout was put right'),
  route({
    method: 'post',
    path: '/api/ehr-sources/{id}/csv-preview',
    tag,
    role: 'admin',
    summary: 'How the beginning of a file would be read, by settings that need not be saved; nothing is stored',
    params: idParams,
    body: z.strictObject({
      sample: z
        .base64('the beginning of the file, in base64')
        .max(700_000, 'half a megabyte of the file is enough')
        .meta({ description: 'The first rows as they are, in base64.' }),
      name: z.string().max(300).default('sample.csv'),
      layout: z.string().max(60).nullable().default(null),
      settings: csvSettingsSchema.optional().meta({ description: 'Left out: those of the source.' }),
    }),
    response: z.strictObject({
      layout: z.string().nullable(),
      header: z.array(z.string()),
      problems: z.array(previewReason),
      rows: z.array(
        z.strictObject({
          row: z.int(),
          cells: z.array(z.string()),
          values: z.record(z.string(), z.string()),
          taken: z.boolean(),
          reasons: z.array(previewReason),
        }),
      ),
    }),
    handle: async ({ tx, params, body }) => {
      const source = await getEhrSource(tx, params.id)
      const { settings: csv = source.settings.csv, name, layout } = body
      const settings = { ...source.settings, csv }
      return previewFile(tx, { sourceId: params.id, settings, name, layout }, Buffer.from(body.sample, 'base64'))
    },
  }),
]
