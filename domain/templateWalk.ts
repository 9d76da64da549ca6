import type { Context, Liquid, Template } from 'liquidjs'
import { Filter, type Token, TypeGuards, toValue, toValueSync, Value } from 'liquidjs'

/** Every template of a parsed text, outer ones first. */
export function* walk(templates: readonly Template[]): Generator<Template> {
  for (const template of templates) {
    yield template
    const children = template.children?.(false, true)
    if (children) yield* walk(toValueSync(children))
  }
}

/** Every expression with filters in a parsed text. */
export function* values(templates: readonly Template[]): Generator<Value> {
  for (const template of walk(templates))
    for (const argument of template.arguments?.() ?? []) if (argument instanceof Value) yield argument
}

/** The second of two values that stand side by side: Liquid would drop it without a word. */
export function strayToken(value: Value): Token | undefined {
  let depth = 0
  for (const token of value.initial['postfix']) {
    if (TypeGuards.isOperatorToken(token)) depth -= token.operator === 'not' ? 0 : 1
    else depth += 1
  }
  return depth > 1 ? value.initial['postfix'].at(-1) : undefined
}

/** A filter in front of a `default`: what is missing goes past it untouched, so that "Dr. " is never all that is left. */
class PastMissing extends Filter {
  override *render(value: unknown, context: Context): IterableIterator<unknown> {
    return isEmpty(value) ? value : yield* super.render(value, context)
  }
}

/**
 * The filter `default` as messages need it: its arguments count only when they are needed. The last one of a chain
 * names what is missing; an earlier one leaves it to those behind it.
 */
class LenientDefault extends Filter {
  readonly #last: boolean

  constructor(token: Filter['token'], liquid: Liquid, last: boolean) {
    super(token, liquid.filters['default'], liquid)
    this.#last = last
  }

  override *render(value: unknown, context: Context): IterableIterator<unknown> {
    if (!isEmpty(value)) return value
    try {
      return yield* super.render(value, context)
    } catch (error) {
      if (!this.#last && error instanceof Error && error.name === 'UndefinedVariableError') return undefined
      throw error
    }
  }
}

function isEmpty(value: unknown): boolean {
  const plain: unknown = toValue(value)
  return plain === null || plain === undefined || plain === false || plain === ''
}

/**
 * Makes `default` cover a missing value wherever it stands in a chain of filters: Liquid looks only at the first one,
 * and evaluates a default's arguments strictly even when nobody needs them.
 */
export function letDefaultsCover(templates: readonly Template[], liquid: Liquid): void {
  for (const { filters } of values(templates)) {
    const last = filters.findLastIndex((filter) => filter.name === 'default')
    const found = filters[last]
    if (found === undefined) continue
    for (const [index, filter] of filters.entries()) {
      if (filter.name === 'default') filters[index] = new LenientDefault(filter['token'], liquid, index === last)
      else if (index < last) filters[index] = new PastMissing(filter['token'], liquid.filters[filter.name], liquid)
    }
    // Liquid takes a missing value calmly only when the first filter is called so; this one does nothing.
    const calm = new Filter(found['token'], (value: unknown) => value, liquid)
    calm.args = []
    if (filters[0]?.name !== 'default') filters.unshift(calm)
  }
}
