import { notFound, Problem } from '../../domain/problem.ts'
import type { UserRole } from '../entities/access.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { touchStaffOfUser } from './staffTouches.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

/** Somebody who signs in; the role is what they may do (not to be confused with a staff member's roles). */
export interface UserView {
  id: string
  version: number
  email: string
  name: string
  role: UserRole
  disabled: boolean
  createdAt: string
  lastSignInAt: string | null
}
interface Row extends Omit<UserView, 'createdAt' | 'lastSignInAt'> {
  created_at: Stamp
  last_sign_in_at: Stamp | null
}
const columns = 'id, version, email, name, role, disabled_at is not null as disabled, created_at, last_sign_in_at'

function viewOf({ created_at, last_sign_in_at, ...row }: Row): UserView {
  return { ...row, createdAt: iso(created_at), lastSignInAt: isoOrNull(last_sign_in_at) }
}

/** By email address. */
export async function listUsers(tx: Tx, page: PageRequest): Promise<Page<UserView>> {
  const after = decodeCursor(page.cursor, ['text'])
  const rows = await tx.query<Row>(
    `select ${columns} from app_user where $1::text is null or email collate "C" > $1 order by email collate "C" limit $2`,
    [after?.[0] ?? null, page.limit + 1],
  )
  return pageOf(rows, page.limit, viewOf, (row) => [row.email])
}

export async function createUser(
  tx: Tx,
  user: { email: string; name: string; role: UserRole; passwordHash: string },
  by: By,
): Promise<UserView> {
  const taken = await tx.query('select 1 from app_user where email = $1', [user.email])
  if (taken.length > 0)
    throw new Problem('conflict', 'email: somebody signs in with it already.', [
      { path: 'email', message: 'choose another one, or edit that user' },
    ])
  const [row] = await tx.query<Row>(
    `insert into app_user (organization_id, id, email, name, password_hash, role, failed_sign_ins, version, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, 0, 1, $7, $7) returning ${columns}`,
    [tx.organizationId, newId(), user.email, user.name, user.passwordHash, user.role, at(by.now)],
  )
  if (!row) throw new Error('insert into app_user returned no row')
  await touchStaffOfUser(tx, row, by.now)
  await recordAudit(tx, by, {
    action: 'created',
    subject: 'user',
    subjectId: row.id,
    after: { email: user.email, role: user.role },
  })
  return viewOf(row)
}

export interface UserEdit {
  name?: string | undefined
  role?: UserRole | undefined
  disabled?: boolean | undefined
  passwordHash?: string | undefined
}

/** A new password, role or switching off ends the user's sessions. The last admin stays one. Throws `notFound`. */
export async function updateUser(
  tx: Tx,
  id: string,
  edit: UserEdit,
  version: number | null,
  by: By,
): Promise<UserView> {
  // Locks all admins in one order: two who demote each other at once must not both succeed.
  await tx.query(`select id from app_user where role = 'admin' or id = $1 order by id for no key update`, [id])
  const [before] = await tx.query<Row>(`select ${columns} from app_user where id = $1`, [id])
  if (!before) throw notFound('user')
  if (version !== null && version !== before.version)
    throw new Problem(
      'stale',
      `The user is at version ${before.version}, your edit was made from ${version}: read it again and redo the edit.`,
    )
  const [row] = await tx.query<Row>(
    `update app_user set name = coalesce($2, name), role = coalesce($3, role), password_hash = coalesce($4, password_hash),
            disabled_at = case when $5::boolean is null then disabled_at when $5 then coalesce(disabled_at, $6) end,
            version = version + 1, updated_at = $6
      where id = $1 returning ${columns}`,
    [id, edit.name ?? null, edit.role ?? null, edit.passwordHash ?? null, edit.disabled ?? null, at(by.now)],
  )
  if (!row) throw notFound('user')
  const wasAdmin = before.role === 'admin' && !before.disabled
  if (wasAdmin && (row.role !== 'admin' || row.disabled)) await requireAnotherAdmin(tx)
  if (edit.passwordHash !== undefined || edit.disabled === true || edit.role !== undefined)
    await tx.query('delete from session where user_id = $1', [id])
  if (row.disabled !== before.disabled) await touchStaffOfUser(tx, row, by.now)
  const { passwordHash, ...told } = edit
  await recordAudit(tx, by, {
    action: 'edited',
    subject: 'user',
    subjectId: id,
    after: { ...told, ...(passwordHash === undefined ? {} : { password: 'changed' }) },
  })
  return viewOf(row)
}

async function requireAnotherAdmin(tx: Tx): Promise<void> {
  const admins = await tx.query(`select 1 from app_user where role = 'admin' and disabled_at is null limit 1`, [])
  if (admins.length === 0)
    throw new Problem(
      'conflict',
      'The last admin cannot be switched off or made something else: make another admin first.',
    )
}
