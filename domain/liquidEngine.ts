import type { FilterImplOptions } from 'liquidjs'
import * as liquidjs from 'liquidjs'
import { StrictAssign } from './assignTag.ts'
import { MomentDrop } from './moment.ts'
import { readablePhone } from './phoneNumber.ts'
import { titlecase } from './titlecase.ts'

/** A template is a message: longer ones are refused. */
export const TEMPLATE_LENGTH = 10_000
/** New characters and list items that filters and ranges may make in one rendering. */
const MEMORY = 100_000
/** The last net under loops in loops; every honest message takes a few milliseconds. */
const RENDER_MS = 1_000

/** What a message needs of Liquid: no files, no other templates, nothing that counts on or lays out pages. */
const TAGS = [
  'assign',
  'capture',
  'case',
  'comment',
  'cycle',
  'echo',
  'for',
  'break',
  'continue',
  'if',
  'unless',
  'raw',
  '#',
]

/**
 * Liquid's own filters that messages may use. Left out: those that read a clock or dice (`sample`, `date_to_…`), that
 * evaluate a string as code (`where_exp`, …), that dump objects (`json`, …), and hashes.
 */
const LIQUID_FILTERS = (
  'abs append at_least at_most capitalize ceil compact concat date default divided_by downcase escape escape_once find ' +
  'first floor has join last lstrip map minus modulo newline_to_br normalize_whitespace number_of_words plus prepend ' +
  'raw reject remove remove_first remove_last replace replace_first replace_last reverse round rstrip size slice sort ' +
  'sort_natural split squish strip strip_html strip_newlines sum times truncate truncatewords uniq upcase url_encode where'
).split(' ')

function moment(value: unknown, filter: string): MomentDrop {
  if (value instanceof MomentDrop) return value
  throw new Error(`the filter ${filter} needs a date, such as appointment.start`)
}

const OWN_FILTERS: Record<string, FilterImplOptions> = {
  date_long: (value: unknown) => moment(value, 'date_long').dateLong(),
  date_short: (value: unknown) => moment(value, 'date_short').dateShort(),
  weekday: (value: unknown) => moment(value, 'weekday').weekday(),
  time: (value: unknown, zone?: unknown) => moment(value, 'time').time(zone === 'zone'),
  phone: (value: unknown) => readablePhone(text(value)),
  titlecase(value: unknown) {
    return titlecase(text(value), String(this.context.getRegister('locale', 'en-US')))
  },
  /** Liquid's own, for our dates only: of `'now'` it would read a clock, and of a string take the machine's zone. */
  date(value: unknown, format?: unknown) {
    const { date, zone, locale } = moment(value, 'date').parts()
    const context = Object.create(this.context, { opts: { value: { ...this.context.opts, locale } } })
    return liquidDate.call({ ...this, context }, date, format === undefined ? '%B %-d, %Y' : text(format), zone)
  },
}

const liquidDate = handler('date')

function handler(name: string): liquidjs.FilterImplOptions & ((...args: unknown[]) => unknown) {
  const filter = liquidjs.filters[name]
  if (typeof filter !== 'function') throw new Error(`liquidjs has no filter ${name} of the expected form`)
  return filter
}

function text(value: unknown): string {
  const plain: unknown = liquidjs.toValue(value)
  return plain === null || plain === undefined ? '' : String(plain)
}

/** Names of all filters that a message may use. */
export const filterNames: readonly string[] = [...Object.keys(OWN_FILTERS), ...LIQUID_FILTERS].sort()

function engine(options: liquidjs.LiquidOptions): liquidjs.Liquid {
  const liquid = new liquidjs.Liquid({
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: TEMPLATE_LENGTH,
    memoryLimit: MEMORY,
    renderLimit: RENDER_MS,
    templates: {},
    ...options,
  })
  for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name]
  liquid.registerTag('assign', StrictAssign)
  for (const [name, filter] of Object.entries(OWN_FILTERS)) liquid.registerFilter(name, filter)
  for (const name of Object.keys(liquid.filters)) if (!filterNames.includes(name)) delete liquid.filters[name]
  return liquid
}

/** Renders text (SMS, voice, plain parts). */
export const textEngine = engine({ strictFilters: true })
/** Renders HTML parts: every value is escaped. */
export const htmlEngine = engine({ strictFilters: true, outputEscape: 'escape' })
/** Parses what may be wrong: unknown filters are left standing, to be reported with their place. */
export const checkEngine = engine({ strictFilters: false })

/** Collects what a template writes, up to a length: a message is never longer than a book page. */
export class MessageText implements liquidjs.Emitter {
  buffer = ''
  static readonly maxLength = 20_000

  write(value: unknown): void {
    const plain: unknown = liquidjs.toValue(value)
    if (plain === null || plain === undefined) return
    if (Array.isArray(plain)) for (const item of plain) this.write(item)
    else if (typeof plain === 'object') throw new Error('a whole object cannot be written out; name one of its values')
    else this.buffer += String(plain)
    if (this.buffer.length > MessageText.maxLength) throw new Error('message length limit exceeded')
  }
}
