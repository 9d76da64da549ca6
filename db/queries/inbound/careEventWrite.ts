import type { CareEventState } from '../../../domain/inbound/careEventState.ts'
import type { CareEventContent, SourceVersion } from '../../../domain/inbound/normalForm.ts'
import { newerOf } from '../../../domain/inbound/version.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull, type RecordOf } from './applying.ts'
import { type CareEventJson, columnsOf } from './careEventRow.ts'

type CareEventRecord = RecordOf<'careEvent'>

/** An equal version that is newer still moves the order on, so that one in between stays out; it wakes nobody. */
export function keepVersion({ tx }: Applying, event: CareEventJson, version: SourceVersion): void {
  const before = instantOrNull(event.source_last_updated)
  const lastUpdated = newerOf(before, version)
  if (lastUpdated === before && version.versionId === event.source_version_id) return
  tx.send(
    'update care_event set source_last_updated = $2, source_version_id = $3 where id = $1',
    [event.id, dateOrNull(lastUpdated), version.versionId],
    'inboundKeepVersion',
  )
}

/** Its id; nobody else makes the row meanwhile, because the message holds the record's lock. */
export function writeCareEvent(
  { tx, source, now }: Applying,
  record: CareEventRecord,
  event: CareEventJson | null,
  state: CareEventState,
  hash: string,
  lastUpdated: number | null,
): string {
  const decided = columnsOf(state)
  const written = {
    ...decided,
    source_last_updated: dateOrNull(lastUpdated),
    source_version_id: record.sourceVersion.versionId,
    normal_hash: hash,
    updated_at: at(now),
  }
  const names = Object.keys(written)
  const id = event?.id ?? newId()
  tx.send(
    `insert into care_event (organization_id, id, source_id, kind, external_id, created_at, ${names.join(', ')})
     values ($1, $2, $3, $4, $5, $6, ${names.map((_, index) => `$${index + 7}`).join(', ')})
     on conflict (organization_id, source_id, kind, external_id) do update set
       ${names.map((name) => `${name} = excluded.${name}`).join(', ')},
       confirmed_by = case when excluded.confirmation = 'none' then null else care_event.confirmed_by end,
       confirmed_at = case when excluded.confirmation = 'none' then null else care_event.confirmed_at end`,
    [tx.organizationId, id, source.id, record.careEventKind, record.externalId, at(now), ...Object.values(written)],
    'inboundWriteCareEvent',
  )
  return id
}

/** Appointments and recalls have none. */
export function writeCodes(
  { tx }: Applying,
  careEventId: string,
  { careEventKind, codes }: CareEventContent,
  existed: boolean,
): void {
  if (careEventKind === 'appointment' || (codes.length === 0 && !existed)) return
  if (existed) tx.send('delete from care_event_code where care_event_id = $1', [careEventId])
  tx.send(
    `insert into care_event_code (organization_id, care_event_id, system, code, name, position)
     select $1, $2, system, code, name, ordinality
       from unnest($3::text[], $4::text[], $5::text[]) with ordinality as said(system, code, name, ordinality)
     on conflict do nothing`,
    [
      tx.organizationId,
      careEventId,
      codes.map(({ system }) => system),
      codes.map(({ code }) => code),
      codes.map(({ name }) => name),
    ],
  )
}

export function instantOrNull(text: string | null): number | null {
  return text === null ? null : Date.parse(text)
}
