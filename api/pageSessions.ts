import type { Request, Response } from 'express'
import { readSignedIn, requireOwnRequest, type SignedIn, signIn, signOut } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { sessionCookie } from './origin.ts'

type SessionDeps = Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>

/** Sign-in and sign-out for the pages; `/api/session` opens the same sessions, in the same cookie. */
export function pageSessions(deps: SessionDeps) {
  const cookie = sessionCookie(deps.publicUrl)
  return {
    /** Who asks; null without a session, or with one that was idle for too long. */
    find: (req: Request): Promise<SignedIn | null> => readSignedIn(deps, req),
    /** Throws `forbidden` for a change that was not made on a page of ours. */
    requireOwnRequest: (req: Request, visitor: { csrf: string }): void => requireOwnRequest(deps, req, visitor),
    /** Starts a session in `res`. Throws `unauthenticated`, `forbidden` or `tooManyRequests`. */
    async signIn(req: Request, res: Response, credentials: { email: string; password: string }): Promise<void> {
      const { token } = await signIn(deps, req, credentials)
      res.cookie(cookie.name, token, cookie.options)
    },
    async signOut(req: Request, res: Response): Promise<void> {
      const who = await readSignedIn(deps, req)
      if (who) await signOut(deps, who)
      res.clearCookie(cookie.name, cookie.options)
    },
  }
}
