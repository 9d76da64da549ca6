import type { RequestHandler, Router } from 'express'
import { readAskedVisit, recordConfirmation } from '../../db/confirmation.ts'
import type { Found } from '../../db/lookup.ts'
import { sha256 } from '../../db/secrets.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { WebDeps } from '../deps.ts'
import { type FormData, one } from '../formData.ts'
import { limitVisits, privatePage } from './guard.ts'
import { wordsFor } from './languages.ts'
import type { VisitorPages } from './page.ts'

const path = '/c/:token'
const answers = ['confirmed', 'cancelRequested'] as const

/**
 * Where a patient confirms an appointment or asks to cancel it. Opening the page changes nothing, because phones and
 * carriers open links to show what is behind them: a button says it.
 */
export function confirmRoutes(web: Router, deps: WebDeps, pages: VisitorPages): void {
  const { database, clock } = deps
  const find = async (token: string): Promise<Found | null> =>
    /^[\w-]{22}$/.test(token) ? database.lookup.confirmation(sha256(token)) : null

  const open: RequestHandler = async (req, res) => {
    const token = String(req.params.token)
    const found = await find(token)
    const visit =
      found && (await database.inOrganization(found.organizationId, (tx) => readAskedVisit(tx, found.id, clock())))
    if (!visit) return pages.note(req, res, 'unknown')
    if (!visit.open) return pages.note(req, res, 'visitOver', visit)
    const { lang, words } = wordsFor(visit.language)
    pages.send(res, 200, 'confirm', {
      lang,
      practice: visit.practice.name,
      words: words.confirm,
      visit: {
        action: `/c/${token}`,
        when: words.confirm.when(writtenFor(lang, visit.startAt, visit.zone)),
        said: visit.confirmation === 'none' ? null : words.confirm[visit.confirmation],
        mayConfirm: visit.confirmation !== 'confirmed',
        mayCancel: visit.confirmation !== 'cancelRequested',
      },
    })
  }

  const answer: RequestHandler = async (req, res) => {
    const token = String(req.params.token)
    const found = await find(token)
    if (!found) return pages.note(req, res, 'unknown')
    const said = answers.find((each) => each === one((req.body ?? {}) as FormData, 'answer'))
    await database.inOrganization(found.organizationId, async (tx) => {
      const visit = await readAskedVisit(tx, found.id, clock(), { lock: true })
      if (said && visit?.open && visit.confirmation !== said) await recordConfirmation(tx, found.id, said, clock())
    })
    res.redirect(303, `/c/${token}`)
  }

  web.all(path, privatePage('/c/{token}'), ...limitVisits((req, res) => pages.note(req, res, 'tooMany')))
  web.get(path, open)
  web.post(path, answer)
}

/** "Monday, March 9 at 9:00 AM EDT", in the facility's zone. */
function writtenFor(lang: string, at: Instant, timeZone: Zone): string {
  const parts = { weekday: 'long', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const
  const written = new Intl.DateTimeFormat(lang === 'en' ? 'en-US' : 'es-US', {
    ...parts,
    timeZoneName: 'short',
    timeZone,
  })
  return written.format(at).replaceAll(/[\u00a0\u202f]/g, ' ')
}
