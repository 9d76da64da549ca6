import { hash, verify } from '@node-rs/argon2'
import type { Request } from 'express'
import { MemoryStore } from 'express-rate-limit'
import type { Found } from '../db/lookup.ts'
import {
  closeSession,
  countFailedSignIn,
  openSession,
  readApiKeyRole,
  readSession,
  readSignInCandidate,
  type SessionUser,
} from '../db/queries/sessions.ts'
import { sha256 } from '../db/secrets.ts'
import { Problem } from '../domain/problem.ts'
import type { ApiDeps } from './deps.ts'
import { isSameOrigin, sessionToken } from './origin.ts'
import type { Principal } from './principal.ts'

type AuthDeps = Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>

/** A person with a session, and what pages need to know of them. */
export interface SignedIn extends Principal {
  userId: string
  sessionId: string
  email: string
  name: string
  csrf: string
}

const unknown = () => new Problem('unauthenticated', 'Send Authorization: Bearer <api key>, or sign in.')

/** Who asks, by key or by session. Throws `unauthenticated`, and `forbidden` for a change that another site set off. */
export async function authenticate(deps: AuthDeps, req: Request): Promise<Principal> {
  const header = req.get('authorization')
  if (header !== undefined) return withApiKey(deps, header)
  const session = await readSignedIn(deps, req)
  if (!session) throw unknown()
  requireOwnRequest(deps, req, session)
  return session
}

async function withApiKey(deps: AuthDeps, header: string): Promise<Principal> {
  const key = /^Bearer\s+(\S{8,200})$/i.exec(header)?.[1]
  const found = key === undefined ? null : await deps.database.lookup.apiKey(sha256(key))
  if (!found) throw new Problem('unauthenticated', 'This API key is not known, or was revoked.')
  const role = await deps.database.inOrganization(found.organizationId, (tx) =>
    readApiKeyRole(tx, found.id, deps.clock()),
  )
  if (role === null) throw new Problem('unauthenticated', 'This API key is not known, or was revoked.')
  return { organizationId: found.organizationId, role, userId: null, apiKeyId: found.id }
}

/** The person behind the request's session cookie; null when nobody is signed in, or for too long idle. */
export async function readSignedIn(deps: AuthDeps, req: Request): Promise<SignedIn | null> {
  const token = sessionToken(req)
  if (token === null) return null
  const found = await deps.database.lookup.session(sha256(token))
  if (!found) return null
  const user = await deps.database.inOrganization(found.organizationId, (tx) => readSession(tx, found.id, deps.clock()))
  return user && signedIn(found.organizationId, user)
}

function signedIn(organizationId: string, user: SessionUser): SignedIn {
  return { organizationId, apiKeyId: null, ...user }
}

/**
 * A change by session must come from our own pages: same origin, and with the session's CSRF token in the header
 * `X-CSRF-Token` or the form field `_csrf`. Throws `forbidden`.
 */
export function requireOwnRequest(deps: Pick<AuthDeps, 'publicUrl'>, req: Request, session: { csrf: string }): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method)) return
  const field = (req.body as { _csrf?: unknown } | undefined)?._csrf
  const token = req.get('x-csrf-token') ?? (typeof field === 'string' ? field : '')
  if (!isSameOrigin(req, deps.publicUrl)) throw new Problem('forbidden', 'Changes are taken from our own pages only.')
  if (sha256(token) !== sha256(session.csrf))
    throw new Problem('forbidden', 'The page is out of date: load it again, and repeat the change.')
}

const windowMs = 15 * 60_000
const triesPerAddress = 10
const triesPerCaller = 50
/** In memory, per process: it slows guessing down; the passwords' hash does the rest. */
const tries = new MemoryStore()
tries.init({ windowMs } as Parameters<MemoryStore['init']>[0])

/** Checked when nobody has the address, so that an unknown one takes as long as a wrong password. */
const nobody = hash('nobody has this password')

/**
 * Opens a session; the token goes into the cookie. Throws `unauthenticated` without saying which of the two was wrong,
 * `forbidden` when another site set it off, and `tooManyRequests` after too many tries for an address or from a caller.
 */
export async function signIn(
  deps: AuthDeps,
  req: Request,
  { email, password }: { email: string; password: string },
): Promise<{ token: string; who: SignedIn }> {
  if (!isSameOrigin(req, deps.publicUrl)) throw new Problem('forbidden', 'Sign in from our own pages.')
  const address = email.trim().toLowerCase()
  const [forAddress, forCaller] = await Promise.all([
    tries.increment(`address ${address}`),
    tries.increment(`caller ${req.ip ?? ''}`),
  ])
  if (forAddress.totalHits > triesPerAddress || forCaller.totalHits > triesPerCaller)
    throw new Problem('tooManyRequests', 'Too many tries: wait a quarter of an hour, then try again.')
  const wrong = new Problem('unauthenticated', 'The email address or the password is wrong.')
  const found = await deps.database.lookup.userByEmail(address)
  const user = await findByPassword(deps, found, password)
  if (!user) throw wrong
  await tries.resetKey(`address ${address}`)
  return deps.database.inOrganization(user.organizationId, async (tx) => {
    const { token, sessionId } = await openSession(tx, user.id, deps.clock())
    const session = await readSession(tx, sessionId, deps.clock())
    if (!session) throw wrong
    return { token, who: signedIn(user.organizationId, session) }
  })
}

/** One address may sign in to several organizations; the password says to which. */
async function findByPassword(deps: AuthDeps, found: readonly Found[], password: string): Promise<Found | null> {
  if (found.length === 0) await verify(await nobody, password)
  for (const each of found) {
    const candidate = await deps.database.inOrganization(each.organizationId, (tx) => readSignInCandidate(tx, each.id))
    // Outside a transaction: the hash takes its time on purpose.
    const matches = await verify(candidate?.passwordHash ?? (await nobody), password)
    if (matches && candidate?.passwordHash && !candidate.disabled) return each
    await deps.database.inOrganization(each.organizationId, (tx) => countFailedSignIn(tx, each.id))
  }
  return null
}

/** Ends the session; the cookie's token opens nothing any more. */
export async function signOut(deps: AuthDeps, who: SignedIn): Promise<void> {
  await deps.database.inOrganization(who.organizationId, (tx) => closeSession(tx, who.sessionId))
}
