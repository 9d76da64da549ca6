import type { Instant } from '../../domain/instant.ts'
import { minuteMs } from '../../domain/instant.ts'
import type { UserRole } from '../entities/access.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { newSecret, sha256 } from '../secrets.ts'
import { at, type Stamp } from './values.ts'

/** A person who is signed in. */
export interface SessionUser {
  sessionId: string
  userId: string
  email: string
  name: string
  role: UserRole
  /** What a form or script must send along with anything that changes something. */
  csrf: string
}
export interface SignInCandidate {
  userId: string
  passwordHash: string | null
  disabled: boolean
}

/** What a password is checked against; null for a user of another organization. */
export async function readSignInCandidate(tx: Tx, userId: string): Promise<SignInCandidate | null> {
  const [row] = await tx.query<SignInCandidate>(
    'select id as "userId", password_hash as "passwordHash", disabled_at is not null as disabled from app_user where id = $1',
    [userId],
  )
  return row ?? null
}

/** Returns the token of the cookie, which is kept only as a hash. Sessions that idled out go away on the way. */
export async function openSession(tx: Tx, userId: string, now: Instant): Promise<{ token: string; sessionId: string }> {
  const token = newSecret()
  const sessionId = newId()
  await tx.query('delete from session where idle_expires_at <= $1', [at(now)])
  await tx.query(
    `insert into session (organization_id, id, user_id, token_hash, csrf, created_at, last_seen_at, idle_expires_at)
     select organization_id, $1, $2, $3, $4, $5::timestamptz, $5::timestamptz, $5::timestamptz + make_interval(mins => session_idle_minutes)
       from (select id as organization_id, session_idle_minutes from organization) o`,
    [sessionId, userId, sha256(token), newSecret(), at(now)],
  )
  await tx.query('update app_user set last_sign_in_at = $2, failed_sign_ins = 0 where id = $1', [userId, at(now)])
  return { token, sessionId }
}

export async function countFailedSignIn(tx: Tx, userId: string): Promise<void> {
  await tx.query('update app_user set failed_sign_ins = failed_sign_ins + 1 where id = $1', [userId])
}

/** Who is behind a session; null when it idled out or its user was switched off. Being asked keeps it awake. */
export async function readSession(tx: Tx, sessionId: string, now: Instant): Promise<SessionUser | null> {
  const [row] = await tx.query<SessionUser & { lastSeenAt: Stamp }>(
    `select s.id as "sessionId", u.id as "userId", u.email, u.name, u.role, s.csrf, s.last_seen_at as "lastSeenAt"
       from session s join app_user u on u.organization_id = s.organization_id and u.id = s.user_id
      where s.id = $1 and s.idle_expires_at > $2 and u.disabled_at is null`,
    [sessionId, at(now)],
  )
  if (!row) return null
  const { lastSeenAt, ...user } = row
  // Once a minute is enough: not every read should write.
  if (now - new Date(lastSeenAt).getTime() >= minuteMs)
    await tx.query(
      `update session s set last_seen_at = $2::timestamptz, idle_expires_at = $2::timestamptz + make_interval(mins => o.session_idle_minutes)
         from organization o where s.id = $1`,
      [sessionId, at(now)],
    )
  return user
}

export async function closeSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.query('delete from session where id = $1', [sessionId])
}

/** The role of a key; null when it was revoked. Its last use is kept to the hour. */
export async function readApiKeyRole(tx: Tx, apiKeyId: string, now: Instant): Promise<UserRole | null> {
  const [row] = await tx.query<{ role: UserRole; stale: boolean }>(
    `select role, last_used_at is null or last_used_at < $2::timestamptz - interval '1 hour' as stale from api_key
      where id = $1 and revoked_at is null`,
    [apiKeyId, at(now)],
  )
  if (row?.stale === true) await tx.query('update api_key set last_used_at = $2 where id = $1', [apiKeyId, at(now)])
  return row?.role ?? null
}
