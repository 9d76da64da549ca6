import type { Tx } from '../../db/orm.ts'
import { listResources, type PracticeResource, type ResourceView } from '../../db/queries/practiceResources.ts'
import { careEventStatuses, confirmations } from '../../domain/careEvent.ts'
import { everyPage } from '../everyPage.ts'
import { appointmentStatusWords, confirmationWords } from '../words/types.ts'
import type { ActionForm, FilterName } from './form.ts'

interface Option {
  value: string
  label: string
  note: string | null
}
export interface Resources {
  facilityIds: readonly ResourceView[]
  providerIds: readonly ResourceView[]
  appointmentTypeIds: readonly ResourceView[]
}

/** All facilities, providers and appointment types, also those that are switched off. */
export async function readResources(tx: Tx): Promise<Resources> {
  const read = (kind: PracticeResource) => everyPage((page) => listResources<ResourceView>(tx, kind, page))
  return {
    facilityIds: await read('facility'),
    providerIds: await read('provider'),
    appointmentTypeIds: await read('appointment_type'),
  }
}

const words: Record<FilterName, { label: string; any: string; anyNote?: string }> = {
  facilityIds: { label: 'Facilities', any: 'Any facility' },
  providerIds: { label: 'Providers', any: 'Any provider' },
  appointmentTypeIds: { label: 'Types', any: 'Any appointment type' },
  statuses: {
    label: 'Statuses',
    any: 'The usual ones',
    anyNote: 'Before the visit: booked. After it: booked, arrived, checked in or fulfilled.',
  },
  confirmation: { label: 'Confirmation', any: 'Confirmed or not' },
}

function optionsOf(name: FilterName, resources: Resources): Option[] {
  if (name === 'statuses')
    return careEventStatuses.appointment.map((value) => ({ value, label: appointmentStatusWords[value], note: null }))
  if (name === 'confirmation')
    return confirmations.map((value) => ({ value, label: confirmationWords[value], note: null }))
  return resources[name].map(({ id, name: ehrName, publicName, enabled }) => ({
    value: id,
    label: publicName ?? ehrName,
    note: enabled ? null : 'switched off',
  }))
}

/** One filter as a list to tick. What the action names and nobody knows any more stays listed, and is said to be gone. */
export function pickers(form: ActionForm, resources: Resources, errors: Readonly<Record<string, string>>) {
  return (Object.keys(words) as FilterName[]).map((name) => {
    const { mode, values } = form.filters[name]
    const known = optionsOf(name, resources)
    const gone = values
      .filter((value) => !known.some((option) => option.value === value))
      .map((value) => ({ value, label: value, note: 'no longer known' }))
    const options = [...known, ...gone].map((option) => ({ ...option, chosen: values.includes(option.value) }))
    const chosen = options.filter((option) => option.chosen).map(({ label }) => label)
    const { label, any, anyNote = null } = words[name]
    return {
      name,
      label,
      any,
      anyNote,
      mode,
      options,
      id: `filter-${name}`,
      chosen: mode === 'any' ? any : chosen.join(', ') || 'none chosen yet',
      error: errors[`filters.${name}`] ?? null,
    }
  })
}
