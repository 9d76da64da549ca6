import { type CheckOptions, checkTemplate } from '../../domain/checkTemplate.ts'
import type { ActionForm } from './form.ts'
import { textFields } from './textFields.ts'

/** What is wrong with one place of a text, and the name that was probably meant there. */
export interface TextProblem {
  message: string
  line: number
  column: number
  /** How many characters from there on are marked. */
  length: number
  suggestion: string | null
  wrong: string | null
}

/** What may be said depends on who reads it, and on whether it is a secure message. */
export function checkOptionsOf({ type, recipient, secure, message }: ActionForm): CheckOptions {
  return { type, secure: secure || message.containsPhi, recipientKind: recipient }
}

/** What is wrong with each text that is not empty, by its path in the definition. */
export function textProblems(form: ActionForm): Record<string, TextProblem[]> {
  const options = checkOptionsOf(form)
  const problems: Record<string, TextProblem[]> = {}
  for (const { path, text } of textFields(form.message))
    for (const part of ['subject', 'body'] as const)
      if (text[part].trim() !== '') problems[`${path}.${part}`] = problemsOf(text[part], options)
  return problems
}

function problemsOf(text: string, options: CheckOptions): TextProblem[] {
  return checkTemplate(text, options).problems.map(({ message, line, column, suggestion }) => {
    const name = nameAt(text, line, column)
    return {
      message,
      line,
      column,
      length: Math.max(1, name.end),
      suggestion: suggestion ?? null,
      wrong: suggestion === undefined ? null : name.name,
    }
  })
}

/** The dotted name that begins at a place of the text, and where it ends there. */
function nameAt(text: string, line: number, column: number): { name: string | null; end: number } {
  const rest = (text.split('\n')[line - 1] ?? '').slice(column - 1)
  const found = /^[^\w]*([\w.]+)/.exec(rest)
  return { name: found?.[1] ?? null, end: found?.[0].length ?? 0 }
}
