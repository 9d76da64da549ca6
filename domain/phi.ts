import type { ActionDefinition } from './action.ts'
import type { CareEventFacts } from './facts.ts'

/** Whether a facility, provider or type of the care event is marked sensitive by the practice. */
export function isSensitive(careEvent: CareEventFacts): boolean {
  return (
    (careEvent.facility?.sensitive ?? false) ||
    (careEvent.appointmentType?.sensitive ?? false) ||
    careEvent.providers.some((provider) => provider.sensitive)
  )
}

/** Whether the text goes out as a secure message: by its own setting, by its PHI, or because it is sensitive (PHI). */
export function isSecure(
  definition: Pick<ActionDefinition, 'channels' | 'message'>,
  careEvent: CareEventFacts,
): boolean {
  return isSensitive(careEvent) || (definition.channels.secure ?? definition.message?.containsPhi ?? false)
}
