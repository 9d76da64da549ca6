import type { EncounterContent, RecordReference } from '../normalForm.ts'
import { readPeriodAnchor } from './anchor.ts'
import type { ResourceContext } from './context.ts'
import { firstAmong, providersAmong, readReferences } from './people.ts'
import { plainReference } from './reference.ts'

/** Where, with whom and when a visit was; its diagnoses are Conditions of their own, which it may name. */
export function readEncounter(context: ResourceContext): EncounterContent {
  const { resource } = context
  const places = resource.list('location').map((location) => location.at('location'))
  const people = resource.list('participant').map((participant) => participant.at('individual'))
  const named = resource.list('diagnosis').map((diagnosis) => diagnosis.at('condition'))
  return {
    facility: firstAmong(readReferences(places, context), 'Location'),
    providers: providersAmong(readReferences(people, context)),
    start: readPeriodAnchor(resource, 'period'),
    careEvents: readReferences(named, context).flatMap(({ type, externalId }) => {
      const careEventKind = kinds[type]
      return careEventKind ? [{ careEventKind, externalId }] : []
    }),
  }
}

const kinds: Record<string, 'procedure' | 'diagnosis' | undefined> = { Condition: 'diagnosis', Procedure: 'procedure' }

/** The Encounter that a resource belongs to. */
export function readEncounterReference(context: ResourceContext): RecordReference | null {
  const encounters = readReferences([context.resource.at('encounter')], context)
  const encounter = encounters.find(({ type }) => type === 'Encounter')
  return encounter ? plainReference(encounter) : null
}
