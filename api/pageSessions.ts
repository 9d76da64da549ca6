import type { Request, Response } from 'express'
import { Problem } from '../domain/problem.ts'
import { readSignedIn, requireOwnRequest, type SignedIn, signIn, signOut } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { isSameOrigin, sessionCookie } from './origin.ts'

type Deps = Pick<ApiDeps, 'database' | 'clock' | 'publicUrl'>

/** Sign-in and sign-out for the pages: the same sessions and cookie as `/api/session`, with a form instead of JSON. */
export function pageSessions(deps: Deps) {
  const cookie = sessionCookie(deps.publicUrl)
  const requireSameOrigin = (req: Request) => {
    if (!isSameOrigin(req, deps.publicUrl)) throw new Problem('forbidden', 'Sign in and out from our own pages only.')
  }
  return {
    find: (req: Request) => readSignedIn(deps, req),
    requireOwnRequest: (req: Request, who: SignedIn) => requireOwnRequest(deps, req, who),
    async signIn(req: Request, res: Response, credentials: { email: string; password: string }): Promise<void> {
      requireSameOrigin(req)
      const { token } = await signIn(deps, { ...credentials, caller: req.ip ?? '' })
      res.cookie(cookie.name, token, cookie.options)
    },
    async signOut(req: Request, res: Response): Promise<void> {
      requireSameOrigin(req)
      const who = await readSignedIn(deps, req)
      if (who) await signOut(deps, who)
      res.clearCookie(cookie.name, cookie.options)
    },
  }
}
