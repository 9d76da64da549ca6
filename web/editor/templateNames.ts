import type { Tx } from '../../db/orm.ts'
import { listTemplates, type TemplateView } from '../../db/queries/templates.ts'
import { everyPage } from '../everyPage.ts'

export interface TemplateName {
  id: string
  name: string
}

/** The message templates that an action can send. */
export async function readTemplateNames(tx: Tx): Promise<TemplateName[]> {
  return distinctNames(await everyPage((page) => listTemplates(tx, page)))
}

/**
 * Templates as a list to choose from shows them: where several have one name (programs that write templates are free
 * to), the beginning of the text tells them apart, and where that is the same too, a number.
 */
export function distinctNames(templates: readonly Pick<TemplateView, 'id' | 'name' | 'message'>[]): TemplateName[] {
  const withText = apart(
    templates.map(({ id, name, message }) => ({ id, name, more: beginning(message.body) })),
    ({ name, more }) => `${name}: “${more}”`,
  )
  const seen = new Map<string, number>()
  return apart(
    withText.map((each) => {
      const count = (seen.get(keyOf(each)) ?? 0) + 1
      seen.set(keyOf(each), count)
      return { ...each, more: String(count) }
    }),
    ({ name, more }) => `${name} (${more})`,
  )
}

/** Says more where a name is not the only one of its kind. */
function apart<T extends TemplateName>(all: readonly T[], longer: (each: T) => string): TemplateName[] {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1)
  return all.map((each) => ({ id: each.id, name: (counts.get(keyOf(each)) ?? 0) > 1 ? longer(each) : each.name }))
}

const keyOf = ({ name }: TemplateName) => name.trim().toLowerCase()

const longest = 40
function beginning(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  return flat.length <= longest ? flat : `${flat.slice(0, longest).trimEnd()}…`
}
