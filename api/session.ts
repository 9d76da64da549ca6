import { type Request, Router } from 'express'
import * as z from 'zod'
import { Problem } from '../domain/problem.ts'
import { type SignedIn, signIn } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { checked } from './input.ts'
import { sessionCookie } from './origin.ts'
import { pageSessions } from './pageSessions.ts'

const credentials = z.strictObject({ email: z.string().trim().min(3).max(320), password: z.string().min(1).max(1000) })

/** `/api/session`: sign in, who am I, sign out. */
export function sessionRouter(deps: ApiDeps): Router {
  const router = Router()
  const sessions = pageSessions(deps)
  const cookie = sessionCookie(deps.publicUrl)
  const present = async (req: Request): Promise<SignedIn> => {
    const who = await sessions.find(req)
    if (!who) throw new Problem('unauthenticated', 'Nobody is signed in here.')
    return who
  }

  router.post('/api/session', async (req, res) => {
    const { token, who } = await signIn(deps, req, checked(credentials, req.body ?? {}))
    res.cookie(cookie.name, token, cookie.options)
    res.set('Cache-Control', 'no-store').status(201).json(view(who))
  })
  router.get('/api/session', async (req, res) => {
    res.set('Cache-Control', 'no-store').json(view(await present(req)))
  })
  router.delete('/api/session', async (req, res) => {
    sessions.requireOwnRequest(req, await present(req))
    await sessions.signOut(req, res)
    res.status(204).end()
  })
  return router
}

function view({ userId, email, name, role, csrf }: SignedIn) {
  return { userId, email, name, role, csrfToken: csrf }
}
