import type { Request, Response } from 'express'
import { readablePhone } from '../../domain/phoneNumber.ts'
import { assetVersion } from '../assets.ts'
import { createViews } from '../views.ts'
import { wordsFor } from './languages.ts'
import type { NoteName } from './words.ts'

export interface VisitorPages {
  send: (res: Response, status: number, view: string, model: VisitorModel & Record<string, unknown>) => void
  /** A page with one kind sentence, and whom to call. */
  note: (req: Request, res: Response, name: NoteName, about?: { practice: Practice; language: string | null }) => void
}
interface Practice {
  name: string
  phone: string | null
}
export interface VisitorModel {
  lang: string
  /** Whose page it is; null where nobody may be told. */
  practice: string | null
}

const statuses: Record<NoteName, number> = {
  unknown: 404,
  expired: 410,
  replaced: 410,
  locked: 403,
  tooMany: 429,
  disowned: 200,
  notYours: 403,
  visitOver: 410,
}

/** Pages for people without an account: one style sheet, no script, no navigation, nothing of ours around it. */
export function visitorPages(): VisitorPages {
  const views = createViews(assetVersion())
  const send: VisitorPages['send'] = (res, status, view, model) =>
    void res.status(status).type('html').send(views.renderFileSync(view, model))
  return {
    send,
    note(req, res, name, about) {
      const { lang, words } = wordsFor(about ? about.language : browserLanguage(req))
      const { title, text, call } = words.notes[name]
      const phone = about?.practice.phone ?? null
      send(res, statuses[name], 'visitorNote', {
        lang,
        practice: about?.practice.name ?? null,
        note: {
          title,
          text,
          call: call && about ? words.call(about.practice.name, phone && readablePhone(phone)) : null,
        },
      })
    },
  }
}

/** What the browser would like to read, where nobody is known. */
export function browserLanguage(req: Request): string {
  return req.acceptsLanguages(['en', 'es']) || 'en'
}
