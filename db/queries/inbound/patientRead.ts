import type { KeptWords } from '../../../domain/inbound/lastWords.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { AskingStatement } from '../../gathering.ts'
import type { Stamp } from '../values.ts'
import type { Applying, RecordOf } from './applying.ts'
import { whereLocked } from './locks.ts'

/** What is known of a patient before a record is applied. */
export interface StoredPatient {
  id: string
  source_last_updated: Stamp | null
  /** Of the newest full record. */
  normal_hash: string | null
  /** null: all that is known a full record said, the newest there was. */
  last_words: KeptWords | null
  merged_into: string | null
  stub: boolean
  contacts: number
}

/** Locks the patient's row. */
export function readPatient(
  { tx, source, locks }: Applying,
  { externalId }: RecordOf<'patient'>,
): Promise<StoredPatient | undefined> {
  return tx.ask(patientAsked, { sourceId: source.id, externalId, locks })
}

const patientAsked: AskingStatement<
  { sourceId: string; externalId: string; locks: readonly string[] | undefined },
  StoredPatient
> = {
  name: 'inboundPatients',
  sql: `select said.place, found.* from ${whereLocked(
    'jsonb_to_recordset($1) as said(place int, source_id uuid, external_id text, locks bigint[])',
  )}
     cross join lateral (
       select p.id, p.source_last_updated, p.normal_hash, p.last_words, p.merged_into, p.stub,
         (select count(*) from patient_contact k where k.patient_id = coalesce(p.merged_into, p.id)) as contacts
       from patient p where p.source_id = said.source_id and p.external_id = said.external_id for no key update of p) as found`,
  params: (rows) => [
    JSON.stringify(
      rows.map(({ sourceId, externalId, locks }, index) => ({
        ...{ place: index + 1, source_id: sourceId, external_id: externalId, locks },
      })),
    ),
  ],
}

/** Who has said what of a patient; `lastUpdated`: the newest record's place in the order. */
export function lastWordsOf({ last_words, stub }: StoredPatient, lastUpdated: Instant | null): KeptWords {
  return last_words ?? { full: stub ? null : lastUpdated, parts: {}, hash: null }
}
