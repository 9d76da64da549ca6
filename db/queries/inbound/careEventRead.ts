import type { AskingStatement } from '../../gathering.ts'
import type { RecordOf } from './applying.ts'
import type { CareEventJson } from './careEventRow.ts'
import { encounterJson, type FoundEncounter } from './encounterRow.ts'
import { whereLocked } from './locks.ts'
import { type Twin, twinKey } from './twin.ts'

/** What is known of a care event that a record is about, and of all that the record refers to. */
export interface FoundCareEvent {
  event: CareEventJson | null
  tombstone: string | null
  patientId: string | null
  facilityId: string | null
  providerIds: Record<string, string> | null
  appointmentTypeId: string | null
  encounter: FoundEncounter | null
  twin: Twin | null
  /** The patient, or the one it was of so far, has recalls. */
  hasRecalls: boolean
  timeZone: string
}

/** Each is looked up by itself: one plan, by the same indexes, whether a message comes alone or with others. */
export const careEventAsked: AskingStatement<
  { sourceId: string; record: RecordOf<'careEvent'>; locks: readonly string[] | undefined },
  FoundCareEvent
> = {
  name: 'inboundCareEvents',
  sql: `select said.place, found.* from ${whereLocked(`jsonb_to_recordset($1) as said(place int, source uuid, kind text, id text,
       patient text, identifier text, facility text, providers text[], type text, encounter text, "twinKind" text,
       "twinId" text, locks bigint[])`)}
     cross join lateral (
       with event as (select * from care_event where source_id = said.source and kind = said.kind and external_id = said.id
           for no key update),
         patient as materialized (select coalesce(
           (select coalesce(p.merged_into, p.id) from patient p where p.source_id = said.source and p.external_id = said.patient),
           (select coalesce(p.merged_into, p.id) from patient p where p.source_id = said.source and p.mrn = said.identifier
             order by p.created_at limit 1)) as id)
       select (select to_jsonb(event) from event) as event,
         (select t.source_last_updated::text from tombstone t
           where t.source_id = said.source and t.kind = said.kind and t.external_id = said.id) as tombstone,
         patient.id as "patientId",
         exists (select 1 from care_event r where r.patient_id = patient.id and r.kind = 'recall' and not r.deleted)
           or exists (select 1 from care_event r where r.patient_id = event.patient_id and r.kind = 'recall' and not r.deleted)
           as "hasRecalls",
         coalesce((select ${encounterJson} from encounter n
             where n.source_id = said.source and n.external_id = said.encounter and not n.deleted),
           (select ${encounterJson} from encounter_link l
               join encounter n on n.organization_id = l.organization_id and n.id = l.encounter_id
             where l.source_id = said.source and l.kind = said.kind and l.external_id = said.id and said.encounter is null
               and not n.deleted)) as encounter,
         (select jsonb_build_object('id', w.id, 'sourceLastUpdated', w.source_last_updated, 'status', w.status,
             'deleted', w.deleted) from care_event w
           where w.source_id = said.source and w.kind = said."twinKind" and w.external_id = said."twinId") as twin,
         (select f.id from facility f where f.source_id = said.source and f.external_id = said.facility) as "facilityId",
         (select jsonb_object_agg(r.external_id, coalesce(r.role_of, r.id)) from provider r
           where r.source_id = said.source and r.external_id = any(said.providers)) as "providerIds",
         (select t.id from appointment_type t where t.source_id = said.source and t.external_id = said.type)
           as "appointmentTypeId",
         o.time_zone as "timeZone"
       from organization o cross join patient left join event on true) as found`,
  params: (rows) => [
    JSON.stringify(
      rows.map(({ sourceId, record, locks }, index) => {
        const { content } = record
        const twin = twinKey(record)
        return {
          place: index + 1,
          source: sourceId,
          kind: record.careEventKind,
          id: record.externalId,
          patient: content?.patient.externalId,
          identifier: content?.patient.identifier,
          facility: content?.facility?.externalId,
          providers: content?.providers.map((provider) => provider.externalId) ?? [],
          type: content?.appointmentType?.externalId,
          encounter: content?.encounter?.externalId,
          twinKind: twin?.kind,
          twinId: twin?.externalId,
          locks,
        }
      }),
    ),
  ],
}
