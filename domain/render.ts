import { Context, toValueSync } from 'liquidjs'
import { originOf } from './assignTag.ts'
import type { Zone } from './instant.ts'
import { htmlEngine, MessageText, textEngine } from './liquidEngine.ts'
import { localeOf, missingValueOf } from './moment.ts'
import type { RenderContext } from './renderContext.ts'
import { scopeOf } from './renderScope.ts'
import { letDefaultsCover } from './templateWalk.ts'
import { isZone } from './zone.ts'

export interface RenderOptions {
  /** Times are written in this zone: the facility's. */
  zone: Zone
  /** The text's language, BCP 47; null or nonsense: English. */
  language: string | null
  /** The text is the content of a secure message: PHI squigglies have values. */
  secure?: boolean
  /** `html` escapes every value. */
  format?: 'text' | 'html'
}

export type Rendered =
  | { ok: true; text: string }
  /** `detail` names the squiggly, or tells the template's error; it never holds a value. */
  | { ok: false; reason: 'missingValue' | 'templateError'; detail: string }

/**
 * One message's text. A value that is missing where the text needs it gives `missingValue`, never "Hi ,", unless the
 * template has a `default` for it or asks with `if` (Rendering). Never throws.
 */
export function renderMessage(template: string, context: RenderContext, options: RenderOptions): Rendered {
  if (!isZone(options.zone))
    return { ok: false, reason: 'templateError', detail: `the zone '${options.zone}' is not an IANA zone` }
  const liquid = options.format === 'html' ? htmlEngine : textEngine
  const locale = localeOf(options.language)
  const scope = scopeOf(context, { zone: options.zone, locale }, options.secure ?? false)
  const liquidContext = new Context(scope, liquid.options, { sync: true }, { liquid })
  liquidContext.setRegister('locale', locale)
  try {
    const templates = liquid.parse(template)
    letDefaultsCover(templates, liquid)
    const written = new MessageText()
    toValueSync(liquid.renderer.renderTemplates(templates, liquidContext, written))
    if (written.buffer.trim() === '')
      return { ok: false, reason: 'templateError', detail: 'nothing is left of the text' }
    return { ok: true, text: written.buffer }
  } catch (error) {
    const missing = missingValueOf(error)
    if (missing !== undefined) return { ok: false, reason: 'missingValue', detail: originOf(liquidContext, missing) }
    return { ok: false, reason: 'templateError', detail: error instanceof Error ? error.message : 'unknown error' }
  }
}
