import type { RecordReference } from '../normalForm.ts'
import { codesOf } from './coding.ts'
import type { ResourceContext } from './context.ts'
import type { Element } from './element.ts'
import { plainReference, readReference, type TypedReference } from './reference.ts'

/** The patient that a resource is about, or null, which is an error: without one there is nobody to tell. */
export function readSubject(context: ResourceContext, name = 'subject'): RecordReference | null {
  const subject = context.resource.at(name)
  const named = subject.isObject ? { type: 'Patient', ...(subject.value as object) } : null
  const reference = named && readReference(subject.instead(named), context)
  if (reference?.type === 'Patient') return plainReference(reference)
  return subject.error('missing', 'has to name the patient: a reference to a Patient')
}

/** What references point at; those that can't be resolved are left out (with a warning). */
export function readReferences(elements: readonly Element[], context: ResourceContext): TypedReference[] {
  return elements.flatMap((element) => {
    const named = element.at('reference').exists || element.at('identifier').exists
    return (named && readReference(element, context)) || []
  })
}

export const isProvider = ({ type }: TypedReference) => type === 'Practitioner' || type === 'PractitionerRole'

/** Those who refer, escort, translate, or are to be called are not whom the patient sees (ParticipationType). */
const bystanders = new Set(['REF', 'ESC', 'CALLBCK', 'TRANSLATOR', 'EMERGENCY'])

/** Whether all that a participant of a visit does is done beside it. */
export function isBystander(participant: Element): boolean {
  const does = participant.list('type').flatMap(codesOf)
  return does.length > 0 && does.every((code) => bystanders.has(code))
}

/** Practitioners and their roles, each once. */
export function providersAmong(references: readonly TypedReference[]): RecordReference[] {
  const providers = references.filter(isProvider)
  return [...new Map(providers.map((provider) => [provider.externalId, plainReference(provider)])).values()]
}

/** The first of a type. */
export function firstAmong(references: readonly TypedReference[], type: string): RecordReference | null {
  const found = references.find((candidate) => candidate.type === type)
  return found ? plainReference(found) : null
}

/** The Encounter that a resource belongs to. */
export function readEncounterReference(context: ResourceContext): RecordReference | null {
  const encounters = readReferences([context.resource.at('encounter')], context)
  const encounter = encounters.find(({ type }) => type === 'Encounter')
  return encounter ? plainReference(encounter) : null
}
