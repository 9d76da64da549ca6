import type { Request, RequestHandler, Response } from 'express'
import type { Tx } from '../db/orm.ts'
import type { By } from '../db/queries/audit.ts'
import { getOrganization, type OrganizationView } from '../db/queries/organization.ts'
import type { Instant } from '../domain/instant.ts'
import { Problem } from '../domain/problem.ts'
import type { Answer, Later } from './answer.ts'
import type { WebDeps } from './deps.ts'
import type { FormData } from './formData.ts'
import type { Pages } from './pages.ts'
import { mayAct, type Role, type Visitor } from './sessions.ts'

/** What a page's handler gets: who visits, when, and one transaction inside their organization. */
export interface Visit {
  tx: Tx
  deps: WebDeps
  visitor: Visitor
  organization: OrganizationView
  now: Instant
  by: By
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, unknown>>
  /** The submitted form; empty for a page that is only opened. */
  form: FormData
  /** Asked for by htmx, which wants a part of the page. */
  partial: boolean
}

export type PageHandler = (visit: Visit) => Promise<Answer | Later>
export type Visits = (least: Role, handle: PageHandler) => RequestHandler

/** Wraps a page's handler: signed in, allowed, not forged, in one transaction; the answer is sent after the commit. */
export function visits(deps: WebDeps, pages: Pages): Visits {
  return (least, handle) => async (req, res) => {
    const visitor = await deps.sessions.find(req)
    if (visitor === null) return toSignIn(req, res)
    if (!mayAct(visitor.role, least))
      throw new Problem(
        'forbidden',
        `This needs the role ${least}; yours is ${visitor.role}. An admin of your practice can change it.`,
      )
    const form = (req.body ?? {}) as FormData
    deps.sessions.requireOwnRequest(req, visitor)
    const now = deps.clock()
    const { answer, organization } = await deps.database.inOrganization(visitor.organizationId, async (tx) => {
      const organization = await getOrganization(tx)
      const visit: Visit = {
        tx,
        deps,
        visitor,
        organization,
        now,
        form,
        by: { now, who: { userId: visitor.userId, apiKeyId: null } },
        params: req.params as Record<string, string>,
        query: req.query,
        partial: req.get('hx-request') === 'true',
      }
      return { answer: await handle(visit), organization }
    })
    pages.send(req, res, 'later' in answer ? await answer.later() : answer, { visitor, organization })
  }
}

/** Away from what needs a session, and back there after signing in. */
export function toSignIn(req: Request, res: Response): void {
  const hadSession = /(?:^|;\s*)[^=]*session=/i.test(req.headers.cookie ?? '')
  const back = req.method === 'GET' ? req.originalUrl : (req.get('referer')?.replace(/^https?:\/\/[^/]+/, '') ?? '/')
  const current = req.get('hx-current-url')?.replace(/^https?:\/\/[^/]+/, '')
  const where = `/sign-in?back=${encodeURIComponent(current ?? back)}${hadSession ? '&idle=1' : ''}`
  res.set('Cache-Control', 'no-store')
  if (req.get('hx-request') === 'true') res.set('HX-Redirect', where).status(204).end()
  else res.redirect(303, where)
}
