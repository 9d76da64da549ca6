import type { ActionDefinition, ActionType } from './action.ts'
import type { FieldError } from './problem.ts'

/** The types of action that can be created in this release. */
export const availableActionTypes: readonly ActionType[] = ['appointment', 'extraReminder']

/** Links to pages that do not exist yet: nobody is offered them, and a message that has one is refused. */
export const unavailableSquigglies: ReadonlySet<string> = new Set([
  'links.preferences',
  'appointment.confirmLink',
  'recall.bookingLink',
])

type Check = (definition: ActionDefinition) => FieldError | null

/** What the contract names and this release does not do yet: one list, which only ever gets shorter. */
const unavailable: readonly Check[] = [
  ({ type }) =>
    availableActionTypes.includes(type)
      ? null
      : {
          path: 'type',
          message: `${type} actions are not available yet; available: ${availableActionTypes.join(', ')}`,
        },
  ({ message }) =>
    message !== null && Object.keys(message.translations).length > 0
      ? { path: 'message.translations', message: 'translations are not available yet; leave them out' }
      : null,
  ({ message }) =>
    message?.containsPhi === true
      ? {
          path: 'message.containsPhi',
          message: 'secure messages, which PHI needs, are not available yet; say false and write no PHI',
        }
      : null,
  ({ channels }) =>
    channels.secure === true
      ? { path: 'channels.secure', message: 'secure messages are not available yet; say null or false' }
      : null,
  ({ sameDay }) =>
    sameDay === 'each' ? null : { path: 'sameDay', message: `sameDay ${sameDay} is not available yet; each is` },
]

/** What a definition asks for that this release does not do yet: refused on save, never half done. */
export function unavailableParts(definition: ActionDefinition): FieldError[] {
  return unavailable.flatMap((check) => check(definition) ?? [])
}
