import type { Request, RequestHandler, Response, Router } from 'express'
import { changePreferences, type Preference, type Preferences, readPreferences } from '../../db/preferences.ts'
import { sha256 } from '../../db/secrets.ts'
import { categories } from '../../domain/action.ts'
import type { WebDeps } from '../deps.ts'
import { type FormData, many, one } from '../formData.ts'
import { limitVisits, privatePage } from './guard.ts'
import { wordsFor } from './languages.ts'
import type { VisitorPages } from './page.ts'
import type { Words } from './words.ts'

const path = '/p/:token'

/** A patient's message preferences: who has the link from a message of theirs chooses what may be sent to them, and where. */
export function preferencesRoutes(web: Router, deps: WebDeps, pages: VisitorPages): void {
  const found = withPreferences(deps, pages)
  web.all(path, privatePage('/p/{token}'), ...limitVisits((req, res) => pages.note(req, res, 'tooMany')))
  web.get(
    path,
    found(async (req, res, read) => {
      const preferences = await read((each) => Promise.resolve(each))
      if (preferences)
        show(res, pages, preferences, { token: String(req.params.token), saved: req.query.saved === '1' })
      else pages.note(req, res, 'unknown')
    }),
  )
  web.post(
    path,
    found(async (req, res, read) => {
      const form = (req.body ?? {}) as FormData
      const asked = new Set(many(form, 'asked'))
      const may = new Set(many(form, 'may'))
      const stop = one(form, 'stop') !== ''
      const wanted = {
        asked: ({ id }: Preference) => stop || asked.has(id),
        may: ({ id }: Preference, category: string) => !stop && may.has(`${id}/${category}`),
      }
      const changed = await read((preferences, tx) => changePreferences(tx, preferences, wanted, deps.clock()))
      if (changed === null) pages.note(req, res, 'unknown')
      else res.redirect(303, `/p/${String(req.params.token)}?saved=1`)
    }),
  )
}

type Tx = Parameters<typeof readPreferences>[0]
/** Reads the preferences and does something with them in the same transaction; null when the link leads nowhere. */
type Read = <T>(use: (preferences: Preferences, tx: Tx) => Promise<T>) => Promise<T | null>

function withPreferences({ database }: WebDeps, pages: VisitorPages) {
  return (handle: (req: Request, res: Response, read: Read) => Promise<void>): RequestHandler =>
    async (req, res) => {
      const token = String(req.params.token)
      const found = /^[\w-]{22}$/.test(token) ? await database.lookup.preferences(sha256(token)) : null
      if (!found) return pages.note(req, res, 'unknown')
      await handle(req, res, (use) =>
        database.inOrganization(found.organizationId, async (tx) => {
          const preferences = await readPreferences(tx, found.id)
          return preferences && use(preferences, tx)
        }),
      )
    }
}

function show(
  res: Response,
  pages: VisitorPages,
  { language, practice, items }: Preferences,
  { token, saved }: { token: string; saved: boolean },
): void {
  const { lang, words } = wordsFor(language)
  const addresses = [...new Set(items.map(({ address }) => address))]
  pages.send(res, 200, 'preferences', {
    lang,
    practice: practice.name,
    words: words.preferences,
    preferences: {
      action: `/p/${token}`,
      saved,
      groups: addresses.map((address) => ({
        name: hinted(address, words),
        items: items
          .filter((item) => item.address === address)
          .map((item) => ({
            id: item.id,
            name: words.preferences.channels[item.channel],
            boxes: categories.map((category) => ({
              value: `${item.id}/${category}`,
              name: words.preferences.categories[category],
              checked: item.allowed[category],
            })),
          })),
      })),
    },
  })
}

/** Enough of an address for its owner to know it by: whoever has the link need not be told the whole. */
function hinted(address: string, words: Words): string {
  const [name = '', domain] = address.split('@')
  return domain === undefined ? words.preferences.phone(address.slice(-4)) : `${name.slice(0, 1)}•••@${domain}`
}
