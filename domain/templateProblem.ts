export type TemplateProblemCode =
  | 'tooLong'
  | 'syntax'
  | 'unknownSquiggly'
  | 'unknownFilter'
  | 'otherType'
  | 'staffOnly'
  | 'patientOnly'
  | 'secureOnly'
  | 'wholeObject'
  | 'reservedName'
  | 'cancelInvited'
  | 'tooMuchWork'
  | 'doesNotRender'

/** Both from 1. */
export interface Place {
  line: number
  column: number
}

export interface TemplateProblem extends Place {
  code: TemplateProblemCode
  /** What is wrong, and what would be right. */
  message: string
  /** The name that was probably meant. */
  suggestion?: string
}

const PLACE = /, (?:file:.*?, )?line:(\d+), col:(\d+)/

const textOf = (error: unknown): string =>
  error instanceof Object && 'message' in error ? String(error.message) : String(error)

/** The line and column that liquidjs puts at the end of its messages; the beginning when there are none. */
export function placeOf(error: unknown): Place {
  const [, line = '1', column = '1'] = PLACE.exec(textOf(error)) ?? []
  return { line: Number(line), column: Number(column) }
}

export function withoutPlace(error: unknown): string {
  return textOf(error).replace(PLACE, '')
}

/** Line and column of a character of the text. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
