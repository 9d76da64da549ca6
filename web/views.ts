import { fileURLToPath } from 'node:url'
import { Liquid } from 'liquidjs'

/**
 * The pages' own Liquid, apart from the messages': it escapes all output, and a name that a page does not have is an
 * error, so that a misspelt one is found by the first test that opens the page.
 */
export function createViews(assetVersion: string): Liquid {
  const root = fileURLToPath(new URL('views', import.meta.url))
  const views = new Liquid({
    root,
    partials: `${root}/partials`,
    layouts: root,
    extname: '.liquid',
    outputEscape: 'escape',
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    cache: true,
    globals: { assetVersion },
  })
  views.registerFilter('number', (value: unknown) => new Intl.NumberFormat('en-US').format(Number(value)))
  views.registerFilter('plural', (count: unknown, one: string, many?: string) =>
    Number(count) === 1 ? one : (many ?? `${one}s`),
  )
  views.registerFilter('plural_of', (word: unknown) => (word === 'diagnosis' ? 'diagnoses' : `${String(word)}s`))
  views.registerFilter('phone', phone)
  return views
}

/** "+15555550142" → "(555) 555-0142"; addresses and foreign numbers stay as they are. */
function phone(value: unknown): string {
  const text = String(value ?? '')
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(text)
  return us ? `(${us[1]}) ${us[2]}-${us[3]}` : text
}
