import type { RequestHandler, Response } from 'express'
import { Problem } from '../../domain/problem.ts'
import { localPath } from '../answer.ts'
import type { WebDeps } from '../deps.ts'
import { statusOf } from '../errors.ts'
import { type FormData, one } from '../formData.ts'
import type { Pages } from '../pages.ts'

interface SignInForm {
  email: string
  back: string
  error: string | null
  idle: boolean
  signedOut: boolean
}

/** The pages that need no session: sign in and out. */
export function signInRoutes({ sessions }: WebDeps, pages: Pages) {
  const show = (res: Response, status: number, form: SignInForm) =>
    pages.sendGate(res, status, 'signIn', 'Sign in', { form })

  const open: RequestHandler = async (req, res) => {
    const back = localPath(req.query.back, '')
    if ((await sessions.find(req)) !== null) return res.redirect(303, back || '/actions')
    show(res, 200, { email: '', back, error: null, idle: req.query.idle === '1', signedOut: req.query.out === '1' })
  }

  const enter: RequestHandler = async (req, res) => {
    const form = (req.body ?? {}) as FormData
    const email = one(form, 'email').trim()
    const back = localPath(one(form, 'back'), '')
    try {
      await sessions.signIn(req, res, { email, password: one(form, 'password') })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return show(res, statusOf(error), { email, back, error: error.message, idle: false, signedOut: false })
    }
    res.set('Cache-Control', 'no-store').redirect(303, back || '/actions')
  }

  /** Told by a page that is being typed in, so that its session does not end under a long form. */
  const here: RequestHandler = async (req, res) => {
    await sessions.find(req)
    res.status(204).end()
  }

  const leave: RequestHandler = async (req, res) => {
    await sessions.signOut(req, res)
    res.set('Cache-Control', 'no-store').redirect(303, '/sign-in?out=1')
  }
  return { open, enter, here, leave }
}
