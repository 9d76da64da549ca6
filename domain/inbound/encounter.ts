import { diagnosisAnchor } from '../anchor.ts'
import type { AnchorValue, CareEventKind } from '../careEvent.ts'
import type { CareEventContent } from './normalForm.ts'

/** What a record leaves open, so that its encounter says it; also when that arrives, or changes, later. */
export interface Unsaid {
  facility: boolean
  providers: boolean
  /** Of a procedure or diagnosis: when it was. */
  date: boolean
  /** What counts where neither the record nor the encounter says when. */
  onset: AnchorValue | null
}

/** A stored encounter; null where none is known. */
export interface EncounterFacts {
  id: string
  facilityId: string | null
  providerIds: readonly string[]
  start: AnchorValue | null
}

/** What an encounter may say of a care event. */
export interface Visited {
  facilityId: string | null
  providerIds: readonly string[]
  procedureDate: AnchorValue | null
  diagnosisDate: AnchorValue | null
}

/** Null: nothing is left open. Appointments say of themselves where and with whom they are. */
export function unsaidOf(content: CareEventContent): Unsaid | null {
  if (content.careEventKind === 'appointment') return null
  const date =
    (content.careEventKind === 'procedure' && content.procedureDate === null) ||
    (content.careEventKind === 'diagnosis' && content.diagnosisDate === null)
  const facility = content.facility === null
  const providers = content.providers.length === 0
  return facility || providers || date ? { facility, providers, date, onset: content.onset } : null
}

/** A diagnosis counts from its recorded date, else the encounter's, else onset (Due time); a procedure likewise. */
export function filledIn(
  kind: CareEventKind,
  said: Visited,
  unsaid: Unsaid | null,
  encounter: EncounterFacts | null,
): Visited {
  if (unsaid === null) return said
  const date = diagnosisAnchor({ recorded: null, encounter: encounter?.start ?? null, onset: unsaid.onset })
  return {
    facilityId: unsaid.facility ? (encounter?.facilityId ?? null) : said.facilityId,
    providerIds: unsaid.providers ? (encounter?.providerIds ?? []) : said.providerIds,
    procedureDate: unsaid.date && kind === 'procedure' ? date : said.procedureDate,
    diagnosisDate: unsaid.date && kind === 'diagnosis' ? date : said.diagnosisDate,
  }
}
