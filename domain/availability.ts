import { type ActionDefinition, type ActionType, actionTypes } from './action.ts'
import type { FieldError } from './problem.ts'

/** The types of action that can be created in this release. */
export const availableActionTypes: readonly ActionType[] = actionTypes

/** Links to pages that do not exist yet: nobody is offered them, and a message that has one is refused. */
export const unavailableSquigglies: ReadonlySet<string> = new Set(['recall.bookingLink'])

type Check = (definition: ActionDefinition) => FieldError | null

/** What the contract names and this release does not do yet: one list, which only ever gets shorter. */
const unavailable: readonly Check[] = []

/** What a definition asks for that this release does not do yet: refused on save, never half done. */
export function unavailableParts(definition: ActionDefinition): FieldError[] {
  return unavailable.flatMap((check) => check(definition) ?? [])
}
