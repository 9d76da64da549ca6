import { notFound } from '../../domain/problem.ts'
import type { UserRole } from '../entities/access.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { newSecret, sha256 } from '../secrets.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

/** A program's key; the key itself is shown once, when it is made, and kept only as a hash. */
export interface ApiKeyView {
  id: string
  name: string
  role: UserRole
  prefix: string
  createdAt: string
  lastUsedAt: string | null
}
interface Row {
  id: string
  name: string
  role: UserRole
  prefix: string
  created_at: Stamp
  last_used_at: Stamp | null
}
const columns = 'id, name, role, prefix, created_at, last_used_at'

function viewOf(row: Row): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: iso(row.created_at),
    lastUsedAt: isoOrNull(row.last_used_at),
  }
}

/** Those that work, newest first. */
export async function listApiKeys(tx: Tx, page: PageRequest): Promise<Page<ApiKeyView>> {
  const after = decodeCursor(page.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `select ${columns} from api_key
      where revoked_at is null and ($1::timestamptz is null or (created_at, id) < ($1::timestamptz, $2::uuid))
      order by created_at desc, id desc limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  )
  return pageOf(rows, page.limit, viewOf, (row) => [iso(row.created_at), row.id])
}

/** `key` is nowhere to be found again. */
export async function createApiKey(
  tx: Tx,
  { name, role }: { name: string; role: UserRole },
  by: By,
): Promise<ApiKeyView & { key: string }> {
  const key = newSecret('ca_')
  const [row] = await tx.query<Row>(
    `insert into api_key (organization_id, id, name, hash, prefix, role, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [tx.organizationId, newId(), name, sha256(key), key.slice(0, 10), role, by.who.userId, at(by.now)],
  )
  if (!row) throw new Error('insert into api_key returned no row')
  await recordAudit(tx, by, { action: 'created', subject: 'apiKey', subjectId: row.id, after: { name, role } })
  return { ...viewOf(row), key }
}

/** From now on the key opens nothing. Throws `notFound`. */
export async function revokeApiKey(tx: Tx, id: string, by: By): Promise<void> {
  const rows = await tx.query('update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning id', [
    id,
    at(by.now),
  ])
  if (rows.length === 0) throw notFound('API key')
  await recordAudit(tx, by, { action: 'revoked', subject: 'apiKey', subjectId: id })
}

/** Throws `notFound`, for revoked ones too. */
export async function renameApiKey(tx: Tx, id: string, name: string, by: By): Promise<ApiKeyView> {
  const [row] = await tx.query<Row>(
    `update api_key set name = $2 where id = $1 and revoked_at is null returning ${columns}`,
    [id, name],
  )
  if (!row) throw notFound('API key')
  await recordAudit(tx, by, { action: 'edited', subject: 'apiKey', subjectId: id, after: { name } })
  return viewOf(row)
}
