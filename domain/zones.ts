import type { CareEventFacts, OrganizationFacts, RecipientFacts } from './facts.ts'
import type { Zone } from './instant.ts'
import { zonesOfState } from './stateZones.ts'
import { isZone } from './zone.ts'

export interface ChosenZones {
  /** A message must be allowed in every one of them. Never empty; the first one is used for texts and days. */
  zones: readonly Zone[]
  source: 'recipient' | 'postalAddress' | 'facility' | 'organization' | 'utc'
  /** What was given but is no zone: it falls back, and is reported (Zones and calendars). */
  invalid: readonly string[]
}

/** The zone of appointment times, due times, holidays and closures: the facility's, else the organization's. */
export function facilityZones(careEvent: CareEventFacts, organization: OrganizationFacts): ChosenZones {
  const invalid: string[] = []
  const facility = careEvent.facility?.zone ?? null
  if (isZone(facility)) return { zones: [facility], source: 'facility', invalid }
  if (facility !== null) invalid.push(facility)
  if (isZone(organization.timeZone)) return { zones: [organization.timeZone], source: 'organization', invalid }
  invalid.push(organization.timeZone)
  return { zones: ['UTC'], source: 'utc', invalid }
}

export function facilityZone(careEvent: CareEventFacts, organization: OrganizationFacts): Zone {
  return facilityZones(careEvent, organization).zones[0] as Zone
}

/** The zones of a recipient's quiet hours and Sundays: their own, else their address's, else the facility's. */
export function recipientZones(
  recipient: RecipientFacts,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
): ChosenZones {
  const own = recipient.zone
  if (isZone(own)) return { zones: [own], source: 'recipient', invalid: [] }
  const invalid = own === null ? [] : [own]
  const ofState = zonesOfState(recipient.addressState)
  if (ofState.length > 0) return { zones: ofState, source: 'postalAddress', invalid }
  const fallback = facilityZones(careEvent, organization)
  return { ...fallback, invalid: [...invalid, ...fallback.invalid] }
}
