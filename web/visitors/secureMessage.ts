import type { Request, RequestHandler, Response, Router } from 'express'
import { disownSecureMessage } from '../../db/disownSecureMessage.ts'
import type { Found } from '../../db/lookup.ts'
import {
  openSignedIn,
  openWithBirthDate,
  readSecureLink,
  type SecureContent,
  type SecureLink,
} from '../../db/openSecureMessage.ts'
import type { Tx } from '../../db/orm.ts'
import { mayOpenAsStaff } from '../../db/queries/staffSignIn.ts'
import { secureTokenHash } from '../../db/secureMessages.ts'
import { isSpokenCode } from '../../domain/secureLink.ts'
import { typedDate } from '../../domain/secureOpening.ts'
import type { WebDeps } from '../deps.ts'
import { type FormData, one } from '../formData.ts'
import { linkedText } from '../words/linkedText.ts'
import { limitVisits, privatePage } from './guard.ts'
import { monthsOf, wordsFor } from './languages.ts'
import { browserLanguage, type VisitorPages } from './page.ts'

const path = '/m/:token'

/** The pages of secure messages (PHI): a link leads here; whoever has it gives the birth date, or signs in as staff. */
export function secureMessageRoutes(web: Router, deps: WebDeps, pages: VisitorPages): void {
  const guards = [privatePage('/m/{token}'), ...limitVisits((req, res) => pages.note(req, res, 'tooMany'))]
  const visit = withLink(deps, pages)
  web.all(['/m', path], ...guards)
  web.get('/m', (req, res) => codePage(req, res, pages, null))
  web.post('/m', (req, res) => {
    const code = one((req.body ?? {}) as FormData, 'code').replaceAll(/\D/g, '')
    if (isSpokenCode(code)) return res.redirect(303, `/m/${code}`)
    codePage(req, res, pages, code)
  })
  web.get(
    path,
    visit(async ({ req, res, token, found, link }) => {
      if (link.reader === 'staff') return openForStaff(deps, pages, { req, res, token, found, link })
      askPage(res, pages, token, link, 200, null)
    }),
  )
  web.post(
    path,
    visit(async ({ req, res, token, found, link }) => {
      const form = (req.body ?? {}) as FormData
      if (link.reader === 'staff') return res.redirect(303, `/m/${token}`)
      if (one(form, 'notMe') !== '') {
        await deps.database.inOrganization(found.organizationId, (tx) =>
          disownSecureMessage(tx, deps.encryption, found.id, deps.clock()),
        )
        return pages.note(req, res, 'disowned', link)
      }
      await tryBirthDate(deps, pages, { req, res, token, found, link }, form)
    }),
  )
}

interface Visit {
  req: Request
  res: Response
  token: string
  found: Found
  link: SecureLink
}

/** Finds what a link leads to; one that does not open any more says why. */
function withLink({ database, clock }: WebDeps, pages: VisitorPages) {
  return (handle: (visit: Visit) => Promise<void> | void): RequestHandler =>
    async (req, res) => {
      const token = String(req.params.token)
      const found = /^[\w-]{12,64}$/.test(token)
        ? await database.lookup.secureMessage(await secureTokenHash(token))
        : null
      const read = (tx: Tx) => (found ? readSecureLink(tx, found.id, clock()) : null)
      const link = found && (await database.inOrganization(found.organizationId, async (tx) => read(tx)))
      if (!found || !link) return pages.note(req, res, 'unknown')
      if (link.state !== 'opens') return pages.note(req, res, link.state, link)
      await handle({ req, res, token, found, link })
    }
}

async function tryBirthDate(deps: WebDeps, pages: VisitorPages, visit: Visit, form: FormData): Promise<void> {
  const { req, res, token, found, link } = visit
  const { words } = wordsFor(link.language)
  const given = typedDate({ year: one(form, 'year'), month: one(form, 'month'), day: one(form, 'day') })
  if (given === null) return askPage(res, pages, token, link, 422, words.unreadable, form)
  const opening = await deps.database.inOrganization(found.organizationId, (tx) =>
    openWithBirthDate(tx, deps.encryption, found.id, given, deps.clock()),
  )
  if (opening === null) return pages.note(req, res, 'unknown')
  if (opening.outcome === 'wrong') return askPage(res, pages, token, link, 422, words.wrong(opening.triesLeft), form)
  if (opening.outcome === 'opened') return contentPage(res, pages, opening.link, opening.content)
  pages.note(req, res, opening.link.state === 'opens' ? 'unknown' : opening.link.state, opening.link)
}

/** Staff sign in instead of giving a birth date, and come back here. */
async function openForStaff(deps: WebDeps, pages: VisitorPages, { req, res, token, found, link }: Visit) {
  const visitor = await deps.sessions.find(req)
  if (visitor === null) return res.redirect(303, `/sign-in?back=${encodeURIComponent(`/m/${token}`)}`)
  const { staffMemberId } = link
  const content =
    visitor.organizationId !== found.organizationId || staffMemberId === null
      ? null
      : await deps.database.inOrganization(found.organizationId, async (tx) =>
          (await mayOpenAsStaff(tx, visitor.userId, staffMemberId))
            ? openSignedIn(tx, deps.encryption, found.id, visitor.userId, deps.clock())
            : null,
        )
  if (content === null) return pages.note(req, res, 'notYours', link)
  contentPage(res, pages, link, content)
}

function askPage(
  res: Response,
  pages: VisitorPages,
  token: string,
  { language, practice }: SecureLink,
  status: number,
  error: string | null,
  form: FormData = {},
): void {
  const { lang, words } = wordsFor(language)
  const typed = { month: one(form, 'month'), day: one(form, 'day'), year: one(form, 'year') }
  const months = monthsOf(lang).map((month) => ({ ...month, chosen: month.value === typed.month }))
  pages.send(res, status, 'secureMessage', {
    lang,
    practice: practice.name,
    words,
    ask: { action: `/m/${token}`, months, typed, error },
  })
}

function contentPage(res: Response, pages: VisitorPages, link: SecureLink, { subject, body }: SecureContent): void {
  const { lang, words } = wordsFor(link.language)
  const until = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: link.practice.timeZone })
  pages.send(res, 200, 'secureContent', {
    lang,
    practice: link.practice.name,
    content: {
      title: subject ?? words.content,
      paragraphs: body.split(/\n{2,}/).map((text) => linkedText(text)),
      note: words.contentNote(until.format(link.expiresAt)),
    },
  })
}

function codePage(req: Request, res: Response, pages: VisitorPages, typed: string | null): void {
  const { lang, words } = wordsFor(browserLanguage(req))
  const model = { typed: typed ?? '', error: typed === null ? null : words.codeWrong }
  pages.send(res, typed === null ? 200 : 422, 'secureCode', { lang, practice: null, words, code: model })
}
