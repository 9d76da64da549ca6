import type { Request, Response } from 'express'
import type { OrganizationView } from '../db/queries/organization.ts'
import type { Answer } from './answer.ts'
import { assetVersion } from './assets.ts'
import type { WebDeps } from './deps.ts'
import { navItems } from './nav.ts'
import { keepNotice, takeNotice } from './notice.ts'
import { mayAct, type Role, type Visitor } from './sessions.ts'
import { createViews } from './views.ts'

const sheets = [
  'tokens',
  'base',
  'shell',
  'controls',
  'table',
  'form',
  'editor',
  'message',
  'trail',
  'simulator',
  'source',
  'feed',
]
const gateSheets = ['tokens', 'base', 'controls', 'shell', 'gate']
const roleWords: Record<Role, string> = { staff: 'Staff', manager: 'Manager', admin: 'Admin' }

export interface Surroundings {
  visitor: Visitor
  organization: OrganizationView
}
export interface Pages {
  send: (req: Request, res: Response, answer: Answer, around: Surroundings) => void
  /** A page without navigation, for somebody who may not be signed in. */
  sendGate: (res: Response, status: number, view: string, title: string, model: Record<string, unknown>) => void
}

/** Turns answers into HTML. */
export function createPages(deps: WebDeps): Pages {
  const views = createViews(assetVersion())
  const html = (res: Response, status: number, view: string, model: object) =>
    void res.status(status).set('Cache-Control', 'no-store').type('html').send(views.renderFileSync(view, model))
  return {
    send(req, res, answer, around) {
      if ('redirect' in answer) {
        if (answer.notice) keepNotice(res, answer.notice)
        res.set('Cache-Control', 'no-store').redirect(303, answer.redirect)
      } else if ('nothing' in answer) {
        res.status(204).set('Cache-Control', 'no-store').end()
      } else if ('partial' in answer) {
        html(res, 200, `partials/${answer.partial}`, answer.model)
      } else {
        const page = pageModel(deps, answer, around)
        html(res, answer.status ?? 200, answer.view, {
          ...answer.model,
          page: { ...page, notice: answer.notice ?? takeNotice(req, res) },
        })
      }
    },
    sendGate(res, status, view, title, model) {
      const page = { title, organization: 'Custom actions', sheets: gateSheets }
      html(res, status, view, { ...model, page })
    },
  }
}

function pageModel(deps: WebDeps, answer: Extract<Answer, { view: string }>, { visitor, organization }: Surroundings) {
  return {
    title: answer.title,
    organization: organization.name,
    sheets,
    csrf: visitor.csrf,
    idleSeconds: organization.sessionIdleMinutes * 60,
    paused: organization.paused,
    nav: navItems(answer.section, visitor.role, deps.simulator),
    user: {
      name: visitor.name,
      role: roleWords[visitor.role],
      mayManage: mayAct(visitor.role, 'manager'),
      mayAdmin: mayAct(visitor.role, 'admin'),
    },
  }
}
