import type { EncounterContent } from '../normalForm.ts'
import { readPeriodAnchor } from './anchor.ts'
import { containedNamed, readContained } from './containedCareEvent.ts'
import type { ResourceContext } from './context.ts'
import { firstAmong, isBystander, providersAmong, readReferences } from './people.ts'

/**
 * Where, with whom and when a visit was. Its diagnoses are mostly Conditions of their own, which it may name; those that
 * it contains are read here. Of two that are the same, the one of the lower rank counts.
 */
export function readEncounter(context: ResourceContext): EncounterContent {
  const { resource } = context
  const places = resource.list('location').map((location) => location.at('location'))
  const seen = resource.list('participant').filter((participant) => !isBystander(participant))
  const people = seen.map((participant) => participant.at('individual'))
  const last = Number.POSITIVE_INFINITY
  const diagnoses = resource
    .list('diagnosis')
    .map((element) => ({ element, rank: element.count('rank') ?? last }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ element }) => ({ element, within: containedNamed(element.at('condition'), context) }))
  const contained = diagnoses.flatMap(
    ({ element, within }) => (within && readContained(element, within, context)) || [],
  )
  const named = diagnoses.filter(({ within }) => within === null).map(({ element }) => element.at('condition'))
  return {
    facility: firstAmong(readReferences(places, context), 'Location'),
    providers: providersAmong(readReferences(people, context)),
    start: readPeriodAnchor(resource, 'period'),
    careEvents: readReferences(named, context).flatMap(({ type, externalId }) => {
      const careEventKind = kinds[type]
      return careEventKind ? [{ careEventKind, externalId }] : []
    }),
    contained: contained.filter(
      (each, index) => contained.findIndex(({ externalId }) => externalId === each.externalId) === index,
    ),
  }
}

const kinds: Record<string, 'procedure' | 'diagnosis' | undefined> = { Condition: 'diagnosis', Procedure: 'procedure' }
