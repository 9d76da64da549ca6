import { dayMs } from '../../instant.ts'
import type { SourceVersion } from '../normalForm.ts'
import type { FhirContext } from './context.ts'
import type { Element } from './element.ts'
import { readInstant } from './primitives.ts'

/**
 * The external id of a resource. Practitioners and their roles become providers, appointment types and healthcare
 * services become types, service and communication requests recalls: the second of each pair keeps its resource type in
 * the id, so that equal ids don't collide.
 */
export function externalIdOf(type: string, id: string): string {
  return seconds.has(type) ? `${type}/${id}` : id
}

const seconds = new Set(['PractitionerRole', 'HealthcareService', 'CommunicationRequest'])

/** `system|value` of an Identifier, or the bare value; null without a value. */
export function identifierText(identifier: Element): string | null {
  const [system, value] = [identifier.text('system', 200), identifier.text('value', 200)]
  if (value === null) return null
  return system === null ? value : `${system}|${value}`
}

export function identifierKey(type: string, token: string): string {
  return `${type}?${token}`
}

/**
 * `meta`. An instant in the future can't be when the EHR changed it: kept as the order, it would shut out every later
 * change, so the order of arrival is used instead.
 */
export function readVersion(resource: Element, context: FhirContext): SourceVersion {
  const meta = resource.at('meta')
  const versionId = meta.text('versionId', 200)
  const lastUpdated = readInstant(meta, 'lastUpdated')
  if (lastUpdated !== null && lastUpdated > context.now + dayMs) {
    meta
      .at('lastUpdated')
      .warn('inconsistent', 'lies more than a day in the future: the order of arrival is used instead')
    return { lastUpdated: null, versionId }
  }
  return { lastUpdated, versionId }
}
