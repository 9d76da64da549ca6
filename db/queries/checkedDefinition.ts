import type { ActionDefinition, TextChannel } from '../../domain/action.ts'
import { definitionProblems, withDefaults } from '../../domain/checkDefinition.ts'
import { checkTemplate } from '../../domain/checkTemplate.ts'
import { type FieldError, invalid } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { takeConfigurationTurn } from './facts.ts'
import { readKnownIds } from './references.ts'
import { withTemplateText } from './templates.ts'

/** Every text of a definition's message, by its path. */
export function textsOf({ message }: Pick<ActionDefinition, 'message'>): { path: string; text: string }[] {
  if (message === null) return []
  const translations = Object.entries(message.translations)
  return [
    ...textsOfPart('message', message),
    ...translations.flatMap(([language, part]) => textsOfPart(`message.translations.${language}`, part)),
  ]
}

interface TextPart {
  subject?: string | null | undefined
  body: string
  channels?: Partial<Record<TextChannel, TextPart>> | undefined
}

function textsOfPart(path: string, { subject, body, channels = {} }: TextPart): { path: string; text: string }[] {
  return [
    ...(subject ? [{ path: `${path}.subject`, text: subject }] : []),
    { path: `${path}.body`, text: body },
    ...Object.entries(channels).flatMap(([name, part]) => textsOfPart(`${path}.channels.${name}`, part)),
  ]
}

/** What is wrong with the texts, each at its line and column. */
export function textProblems(
  definition: Pick<ActionDefinition, 'type' | 'message' | 'channels' | 'recipients'>,
): FieldError[] {
  const secure = definition.channels.secure ?? definition.message?.containsPhi ?? false
  const options = { type: definition.type, secure, recipientKind: definition.recipients.kind }
  return textsOf(definition).flatMap(({ path, text }) =>
    checkTemplate(text, options).problems.map(({ message, line, column }) => ({ path, message, line, column })),
  )
}

/**
 * A definition with its defaults filled in, once everything about it is right: it fits its type, its texts render,
 * and what it names exists, until it is stored (`saves`: it is only looked at otherwise). API and pages save through it. Throws `invalid` with all problems at once.
 */
export async function checkedDefinition(
  tx: Tx,
  input: ActionDefinition,
  { isAdmin = false, saves = true }: { isAdmin?: boolean; saves?: boolean } = {},
): Promise<ActionDefinition> {
  if (saves) await takeConfigurationTurn(tx)
  const definition = withDefaults(input)
  const problems = [
    ...definitionProblems(definition, { isAdmin, known: await readKnownIds(tx, definition) }),
    ...textProblems(definition),
    ...(definition.templateId === null ? [] : templateSecurity(await withTemplateText(tx, definition))),
  ]
  if (problems.length > 0) throw invalid(problems)
  return definition
}

/** A template with PHI, like a text of one's own with it, goes out as a secure message only. */
function templateSecurity({ message, channels }: ActionDefinition): FieldError[] {
  const needed = 'the template contains PHI, so it is sent as a secure message: leave it null or true'
  return message?.containsPhi && channels.secure === false ? [{ path: 'channels.secure', message: needed }] : []
}
