import { isFetchedFrom, type SourceSettings, sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Encryption } from '../encryption.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { newSecret } from '../secrets.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { type PullRow, type PullView, planPull, pullColumns, pullViewOf } from './pullView.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

export type EhrSourceKind = 'fhir' | 'hl7v2' | 'csv'
export type EhrSourceStatus = 'active' | 'loading' | 'disabled'
/** An EHR that posts to us, or that we fetch from; its secret is shown when it is made or rotated, and never again. */
export interface EhrSourceView {
  id: string
  version: number
  name: string
  kind: EhrSourceKind
  status: EhrSourceStatus
  settings: SourceSettings
  createdAt: string
  lastMessageAt: string | null
  /** It is silent for longer than it usually is, and since when. */
  silentSince: string | null
  /** Whether there is something to prove ourselves with where we fetch; what it is is never shown. */
  hasCredentials: boolean
  /** null: nothing is fetched from it. */
  pull: PullView | null
}
interface Row
  extends Omit<EhrSourceView, 'createdAt' | 'lastMessageAt' | 'silentSince' | 'settings' | 'hasCredentials' | 'pull'>,
    PullRow {
  settings: unknown
  created_at: Stamp
  last_message_at: Stamp | null
  silent_since: Stamp | null
}
const columns = `id, version, name, kind, status, settings, created_at, last_message_at,
  (select x.since from ehr_silence x where x.source_id = ehr_source.id and x.ended_at is null) as silent_since,
  ${pullColumns}`

function viewOf(row: Row): EhrSourceView {
  const { id, version, name, kind, status } = row
  const settings = sourceSettingsSchema.parse(row.settings)
  return {
    ...{ id, version, name, kind, status, settings },
    createdAt: iso(row.created_at),
    lastMessageAt: isoOrNull(row.last_message_at),
    silentSince: isoOrNull(row.silent_since),
    hasCredentials: row.has_credentials,
    pull: isFetchedFrom(kind, settings) ? pullViewOf(row, settings) : null,
  }
}

/** Oldest first. */
export async function listEhrSources(tx: Tx, page: PageRequest): Promise<Page<EhrSourceView>> {
  const after = decodeCursor(page.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select ${columns} from ehr_source where $1::timestamptz is null or (created_at, id) > ($1::timestamptz, $2::uuid)
      order by created_at, id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  )
  return pageOf(rows, page.limit, viewOf, (row) => [iso(row.created_at), row.id])
}

/** Throws `notFound`. */
export async function getEhrSource(tx: Tx, id: string): Promise<EhrSourceView> {
  const [row] = await tx.query<Row>(`select ${columns} from ehr_source where id = $1`, [id])
  if (!row) throw notFound('EHR source')
  return viewOf(row)
}

export async function createEhrSource(
  tx: Tx,
  source: {
    name: string
    kind: EhrSourceKind
    status: EhrSourceStatus
    settings?: SourceSettings | undefined
    credentials?: string | null | undefined
  },
  encryption: Encryption,
  by: By,
): Promise<EhrSourceView & { secret: string }> {
  const secret = newSecret()
  const [row] = await tx.query<Row>(
    `insert into ehr_source (organization_id, id, name, kind, secret_encrypted, status, settings, version, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $8, 1, $7, $7) returning ${columns}`,
    [
      tx.organizationId,
      newId(),
      source.name,
      source.kind,
      encryption.encrypt(secret),
      source.status,
      at(by.now),
      JSON.stringify(source.settings ?? {}),
    ],
  )
  if (!row) throw new Error('insert into ehr_source returned no row')
  const { credentials, ...after } = source
  await planPull(tx, row, null, credentials == null ? undefined : encryption.encrypt(credentials), by.now)
  await recordAudit(tx, by, { action: 'created', subject: 'ehrSource', subjectId: row.id, after })
  return { ...(await getEhrSource(tx, row.id)), secret }
}

/** Throws `notFound`, and `stale` when `version` is not the current one (null: whichever it is). */
export async function updateEhrSource(
  tx: Tx,
  id: string,
  edit: {
    name?: string | undefined
    status?: EhrSourceStatus | undefined
    settings?: SourceSettings | undefined
    /** Left out: they stay; null: they go. */
    credentialsEncrypted?: Buffer | null | undefined
  },
  version: number | null,
  by: By,
): Promise<EhrSourceView> {
  const [before] = await tx.query<Row>(`select ${columns} from ehr_source where id = $1 for update`, [id])
  if (!before) throw notFound('EHR source')
  if (version !== null && version !== before.version)
    throw new Problem(
      'stale',
      `The source is at version ${before.version}, your edit was made from ${version}: read it again and redo the edit.`,
    )
  const [row] = await tx.query<Row>(
    `update ehr_source set name = coalesce($2, name), status = coalesce($3, status),
       settings = coalesce($5::jsonb, settings), version = version + 1, updated_at = $4
      where id = $1 returning ${columns}`,
    [
      id,
      edit.name ?? null,
      edit.status ?? null,
      at(by.now),
      edit.settings === undefined ? null : JSON.stringify(edit.settings),
    ],
  )
  if (!row) throw notFound('EHR source')
  const { credentialsEncrypted, ...after } = edit
  await planPull(tx, row, before.settings, credentialsEncrypted, by.now)
  const told = credentialsEncrypted === undefined ? after : { ...after, credentials: 'changed' }
  await recordAudit(tx, by, { action: 'edited', subject: 'ehrSource', subjectId: id, after: told })
  return getEhrSource(tx, id)
}

/** Has it fetched from within a minute. Throws `notFound`, and `conflict` when nothing is fetched from it. */
export async function pullNow(tx: Tx, id: string, by: By): Promise<EhrSourceView> {
  const { kind, status, settings } = await getEhrSource(tx, id)
  if (!isFetchedFrom(kind, settings) || status === 'disabled')
    throw new Problem(
      'conflict',
      'Nothing is fetched from this source: say where from in its settings, and switch it on.',
    )
  await tx.query('update ehr_source set next_pull_at = $2 where id = $1', [id, at(by.now)])
  await recordAudit(tx, by, { action: 'pulled', subject: 'ehrSource', subjectId: id })
  return getEhrSource(tx, id)
}

/** The old secret stops working at once. Throws `notFound`. */
export async function rotateEhrSource(
  tx: Tx,
  id: string,
  encryption: Encryption,
  by: By,
): Promise<EhrSourceView & { secret: string }> {
  const secret = newSecret()
  const [row] = await tx.query<Row>(
    `update ehr_source set secret_encrypted = $2, version = version + 1, updated_at = $3 where id = $1 returning ${columns}`,
    [id, encryption.encrypt(secret), at(by.now)],
  )
  if (!row) throw notFound('EHR source')
  await recordAudit(tx, by, { action: 'secretRotated', subject: 'ehrSource', subjectId: id })
  return { ...viewOf(row), secret }
}

/** Only one that never sent anything: what it sent belongs to it. Throws `notFound`, and `conflict` for any other. */
export async function deleteEhrSource(tx: Tx, id: string, by: By): Promise<void> {
  const [row] = await tx.query<Row>(`select ${columns} from ehr_source where id = $1 for update`, [id])
  if (!row) throw notFound('EHR source')
  const sent = await tx.query(
    'select 1 from inbound_message where source_id = $1 union all select 1 from ehr_file where source_id = $1 limit 1',
    [id],
  )
  if (sent.length > 0)
    throw new Problem('conflict', 'This source has sent data, which stays with it: set its status to disabled instead.')
  await tx.query('delete from rejected_post where source_id = $1', [id])
  for (const table of ['ehr_subscription', 'ehr_pull', 'ehr_wanted', 'sftp_file'])
    await tx.query(`delete from ${table} where source_id = $1`, [id])
  await tx.query('delete from ehr_source where id = $1', [id])
  await recordAudit(tx, by, { action: 'deleted', subject: 'ehrSource', subjectId: id, before: { name: row.name } })
}
