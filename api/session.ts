import { Router } from 'express'
import * as z from 'zod'
import { Problem } from '../domain/problem.ts'
import { readSignedIn, requireOwnRequest, type SignedIn, signIn, signOut } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { checked } from './input.ts'
import { isSameOrigin, sessionCookie } from './origin.ts'

const credentials = z.strictObject({ email: z.string().trim().min(3).max(320), password: z.string().min(1).max(1000) })

/** `/api/session`: sign in, who am I, sign out. The pages use the same functions. */
export function sessionRouter(deps: ApiDeps): Router {
  const router = Router()
  const cookie = sessionCookie(deps.publicUrl)

  router.post('/api/session', async (req, res) => {
    if (!isSameOrigin(req, deps.publicUrl)) throw new Problem('forbidden', 'Sign in from our own pages.')
    const { email, password } = checked(credentials, req.body ?? {})
    const { token, who } = await signIn(deps, { email, password, caller: req.ip ?? '' })
    res.cookie(cookie.name, token, cookie.options).set('Cache-Control', 'no-store').status(201).json(view(who))
  })
  router.get('/api/session', async (req, res) => {
    res.set('Cache-Control', 'no-store').json(view(await present(deps, req)))
  })
  router.delete('/api/session', async (req, res) => {
    const who = await present(deps, req)
    requireOwnRequest(deps, req, who)
    await signOut(deps, who)
    res.clearCookie(cookie.name, cookie.options).status(204).end()
  })
  return router
}

async function present(deps: ApiDeps, req: Parameters<typeof readSignedIn>[1]): Promise<SignedIn> {
  const who = await readSignedIn(deps, req)
  if (!who) throw new Problem('unauthenticated', 'Nobody is signed in here.')
  return who
}

function view({ userId, email, name, role, csrf }: SignedIn) {
  return { userId, email, name, role, csrfToken: csrf }
}
