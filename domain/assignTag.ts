import { AssignTag, type Context, toValueSync, Value } from 'liquidjs'
import { missingValueOf } from './moment.ts'

const ALIASES = 'missingLocals'

/**
 * `assign` that remembers what was missing: Liquid would set the name to nothing and later write nothing. The name
 * stays undefined, so that `if` and `default` may ask for it and writing it is a missing value.
 */
export class StrictAssign extends AssignTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    const [name] = [...this.localScope()].map((token) => token.content)
    if (name === undefined) return
    try {
      const [value] = [...this.arguments()]
      const assigned = value instanceof Value ? toValueSync(value.value(context, false)) : undefined
      context.bottom()[name] = assigned
    } catch (error) {
      const missing = missingValueOf(error)
      if (missing === undefined) throw error
      context.bottom()[name] = undefined
      context.setRegister(ALIASES, { ...context.getRegister(ALIASES, {}), [name]: originOf(context, missing) })
    }
  }
}

/** The squiggly behind a name that an `assign` has left undefined; other names are returned as they are. */
export function originOf(context: Context, name: string): string {
  const aliases: unknown = context.getRegister(ALIASES, {})
  const found = Object.entries(aliases instanceof Object ? aliases : {}).find(([alias]) => alias === name)
  return typeof found?.[1] === 'string' ? found[1] : name
}
