import { actionTypes, typeTraits } from '../../domain/action.ts'
import { type FieldError, invalid } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { textProblems } from './checkedDefinition.ts'
import type { TemplateContent, TemplateMessage, TemplateView } from './templates.ts'

/** The types of action whose text is a template: a template has to fit all of them. */
const templateTypes = actionTypes.filter((type) => typeTraits[type].usesTemplate)

/** What is wrong with the texts of a template, each at its line and column, told once. */
function templateTextProblems(message: TemplateMessage): FieldError[] {
  const all = templateTypes.flatMap((type) =>
    textProblems({ type, message, channels: { override: null, secure: null }, recipients: { kind: 'patient' } }),
  )
  return [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/**
 * A template's content once everything about it is right: its texts render, and every action that uses it can go on
 * doing so. `before` is null for a new one. Throws `invalid` with all problems at once.
 */
export async function checkedTemplate(
  tx: Tx,
  content: TemplateContent,
  before: TemplateView | null,
): Promise<TemplateContent> {
  const problems = [
    ...templateTextProblems(content.message),
    ...(before && content.message.containsPhi ? await neverSecure(tx, before.id) : []),
  ]
  if (problems.length > 0) throw invalid(problems)
  return content
}

/** Actions that say they are never sent as secure messages cannot have a text with PHI. */
async function neverSecure(tx: Tx, templateId: string): Promise<FieldError[]> {
  const rows = await tx.query<{ title: string }>(
    `select title from custom_action where template_id = $1 and deleted_at is null
        and definition->'channels'->>'secure' = 'false' order by lower(title), id`,
    [templateId],
  )
  return rows.map(({ title }) => ({
    path: 'message.containsPhi',
    message: `“${title}” uses this template and says it is never sent as a secure message, which PHI needs`,
  }))
}
