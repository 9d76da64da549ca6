import type { EncounterFacts } from '../../../domain/inbound/encounter.ts'
import { anchorOf } from './careEventRow.ts'

/** Of `encounter n`: what a care event needs of it. */
export const encounterJson = `jsonb_build_object('id', n.id, 'facilityId', n.facility_id, 'providerIds', n.provider_ids,
  'startDate', n.start_date, 'startAt', n.start_at)`

export interface FoundEncounter {
  id: string
  facilityId: string | null
  providerIds: string[]
  startDate: string | null
  startAt: string | null
}

export function factsOf({ startDate, startAt, ...encounter }: FoundEncounter): EncounterFacts {
  return { ...encounter, start: anchorOf(startDate, startAt) }
}
