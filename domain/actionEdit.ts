import type { ActionDefinition } from './action.ts'

/** The parts that an edit may name in part; everything else is replaced as a whole. */
const mergedParts = ['message', 'channels', 'timing', 'filters'] as const

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An edit laid over what is stored: `{ timing: { offset: 3 } }` changes the offset alone. The result is not checked:
 * it goes through the same schema as a new action, so that errors carry the same paths.
 */
export function withEdit(stored: ActionDefinition, edit: Json): Json {
  const merged: Json = { ...stored, ...edit }
  for (const part of mergedParts) {
    const before = stored[part]
    const after = edit[part]
    if (isObject(before) && isObject(after)) merged[part] = { ...before, ...after }
  }
  return merged
}

/** How a definition is compared: keys in one order, so that equal content is equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) : part,
  )
}

/** Whether two values say the same, whatever the order of their fields. */
export function sameContent(before: unknown, after: unknown): boolean {
  return canonical(before) === canonical(after)
}

export function sameDefinition(before: ActionDefinition, after: ActionDefinition): boolean {
  return sameContent(before, after)
}

/**
 * Whether the change starts the recentEdit rule anew (Delivery rules: text, template, timing, filters, recipients,
 * channels or activation do; title, group, skipped rules and switching off don't).
 */
export function countsAsEdit(before: ActionDefinition, after: ActionDefinition): boolean {
  const activated = before.status === 'inactive' && after.status === 'active'
  const same = { title: '', groupId: null, skippedRules: [], status: 'inactive' } as const
  return activated || canonical({ ...before, ...same }) !== canonical({ ...after, ...same })
}

/** Whether what waits must be planned anew: a title and a group are for people alone. */
export function changesPlan(before: ActionDefinition, after: ActionDefinition): boolean {
  const same = { title: '', groupId: null }
  return canonical({ ...before, ...same }) !== canonical({ ...after, ...same })
}
