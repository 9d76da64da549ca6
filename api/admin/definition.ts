import { type CustomActionView, definitionOf, lockCustomAction } from '../../db/queries/customActions.ts'
import { readUnknownReferences } from '../../db/queries/references.ts'
import type { Tx } from '../../db/orm.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { withEdit } from '../../domain/actionEdit.ts'
import { unavailableParts } from '../../domain/availability.ts'
import { definitionProblems, withDefaults } from '../../domain/checkDefinition.ts'
import { checkTemplate } from '../../domain/checkTemplate.ts'
import { type FieldError, invalid } from '../../domain/problem.ts'
import { checked } from '../input.ts'

/** Every text of a definition's message, by its path. */
export function textsOf({ message }: ActionDefinition): { path: string; text: string }[] {
  if (message === null) return []
  const subject = message.subject ? [{ path: 'message.subject', text: message.subject }] : []
  const parts = [
    ...Object.entries(message.channels).map(([name, part]) => ({ path: `message.channels.${name}`, part })),
    ...Object.entries(message.translations).map(([name, part]) => ({ path: `message.translations.${name}`, part })),
  ]
  return [
    ...subject,
    { path: 'message.body', text: message.body },
    ...parts.flatMap(({ path, part }) => [
      ...(part?.subject ? [{ path: `${path}.subject`, text: part.subject }] : []),
      ...(part ? [{ path: `${path}.body`, text: part.body }] : []),
    ]),
  ]
}

/** What is wrong with the texts, each at its line and column. */
export function textProblems(definition: ActionDefinition): FieldError[] {
  const secure = definition.channels.secure ?? definition.message?.containsPhi ?? false
  const options = { type: definition.type, secure, recipientKind: definition.recipients.kind }
  return textsOf(definition).flatMap(({ path, text }) =>
    checkTemplate(text, options).problems.map(({ message, line, column }) => ({ path, message, line, column })),
  )
}

/**
 * A definition with its defaults filled in, once everything about it is right: it fits its type, can be done by this
 * release, its texts render, and what it names exists. Throws `invalid` with all problems at once.
 */
export async function checkedDefinition(tx: Tx, input: ActionDefinition): Promise<ActionDefinition> {
  const unavailable = unavailableParts(input)
  if (unavailable.length > 0) throw invalid(unavailable)
  const definition = withDefaults(input)
  const problems = [...definitionProblems(definition), ...textProblems(definition), ...(await readUnknownReferences(tx, definition))]
  if (problems.length > 0) throw invalid(problems)
  return definition
}

/**
 * An edit laid over the stored action, checked like a new one. The action stays locked, so that of two edits of one
 * version exactly one wins. Throws `notFound`, `stale` and `invalid`.
 */
export async function checkedEdit(
  tx: Tx,
  id: string,
  edit: Record<string, unknown>,
  version: number | null,
): Promise<{ before: CustomActionView; definition: ActionDefinition }> {
  const before = await lockCustomAction(tx, id, version)
  const definition = checked(actionDefinitionSchema, withEdit(definitionOf(before), edit))
  return { before, definition: await checkedDefinition(tx, definition) }
}
