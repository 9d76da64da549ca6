import type { Tx } from '../../db/orm.ts'
import { listResources, type PracticeResource, type ResourceView } from '../../db/queries/practiceResources.ts'
import { typeTraits } from '../../domain/action.ts'
import { confirmations } from '../../domain/careEvent.ts'
import { everyPage } from '../everyPage.ts'
import { confirmationWords, statusWord } from '../words/types.ts'
import { choicesOf, chosenLabels } from './choices.ts'
import { type ActionForm, type ListFilter, listFilters } from './form.ts'

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

const words: Record<ListFilter, { label: string; any: string; anyNote?: string }> = {
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

function known(name: ListFilter, form: ActionForm, resources: Resources) {
  if (name === 'statuses')
    return typeTraits[form.type].statuses.map((value) => ({ value, label: statusWord(value), note: null }))
  if (name === 'confirmation') return confirmations.map((value) => ({ value, label: confirmationWords[value] }))
  return resources[name].map(({ id, name: ehrName, publicName, enabled }) => ({
    value: id,
    label: publicName ?? ehrName,
    note: enabled ? null : 'switched off',
  }))
}

/** The filters that the action's type has, each as a list to tick. */
export function pickers(form: ActionForm, resources: Resources, errors: Readonly<Record<string, string>>) {
  const has = typeTraits[form.type].filters
  return listFilters
    .filter((name) => has.includes(name))
    .map((name) => {
      const { mode, values } = form.filters[name]
      const options = choicesOf(known(name, form, resources), values)
      const { label, any, anyNote = null } = words[name]
      return {
        name,
        label,
        any,
        anyNote,
        mode,
        options,
        id: `filter-${name}`,
        chosen: mode === 'any' ? any : chosenLabels(options).join(', ') || 'none chosen yet',
        error: errors[`filters.${name}`] ?? null,
      }
    })
}
