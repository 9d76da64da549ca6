import { type ActionType, actionTypes } from '../../domain/action.ts'
import type { OrganizationSettings } from '../../domain/organization.ts'
import { typeWords } from '../words/types.ts'

/** What each type is for, in one line. */
export const typeNotes: Record<ActionType, string> = {
  appointment: 'One message before or after the appointment.',
  recall: 'One message before or after the day a patient is due to come again.',
  procedure: 'One message after a procedure, by its CPT code.',
  diagnosis: 'One message after a diagnosis, by its ICD-9 or ICD-10 code.',
  extraReminder: 'A message template, sent when an appointment is booked, changed or near.',
}

/** The types that a new action can have; one that the practice has switched off says so, and where to switch it on. */
export function typeChoices({ enabledActionTypes }: Pick<OrganizationSettings, 'enabledActionTypes'>) {
  return actionTypes.map((type) => ({
    type,
    label: typeWords[type],
    note: typeNotes[type],
    enabled: enabledActionTypes.includes(type),
    href: `/actions/new?type=${type}`,
  }))
}
