import type { CareEventState } from '../../../domain/inbound/careEventState.ts'
import type { CareEventContent, SourceVersion } from '../../../domain/inbound/normalForm.ts'
import { newerOf } from '../../../domain/inbound/version.ts'
import type { RowsStatement } from '../../gathering.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull, type RecordOf } from './applying.ts'
import { type CareEventJson, decidedColumns, rowOf } from './careEventRow.ts'

type CareEventRecord = RecordOf<'careEvent'>

/** An equal version that is newer still moves the order on, so that one in between stays out; it wakes nobody. */
export function keepVersion({ tx }: Applying, event: CareEventJson, version: SourceVersion): void {
  const before = instantOrNull(event.source_last_updated)
  const lastUpdated = newerOf(before, version)
  if (lastUpdated === before && version.versionId === event.source_version_id) return
  tx.write(versionKept, { id: event.id, lastUpdated: dateOrNull(lastUpdated), versionId: version.versionId })
}

const versionKept: RowsStatement<{ id: string; lastUpdated: Date | null; versionId: string | null }> = {
  name: 'inboundKeepCareEvents',
  sql: `update care_event kept set source_last_updated = said.at, source_version_id = said.version_id
      from unnest((select $2::uuid[]), (select $3::timestamptz[]), (select $4::text[])) as said(id, at, version_id)
     where kept.organization_id = $1 and kept.id = said.id`,
  params: (rows, { organizationId }) => [
    organizationId,
    rows.map(({ id }) => id),
    rows.map(({ lastUpdated }) => lastUpdated),
    rows.map(({ versionId }) => versionId),
  ],
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
  const id = event?.id ?? newId()
  tx.write(careEventWritten, {
    organization_id: tx.organizationId,
    id,
    source_id: source.id,
    kind: record.careEventKind,
    external_id: record.externalId,
    created_at: at(now),
    updated_at: at(now),
    ...rowOf(state),
    source_last_updated: dateOrNull(lastUpdated),
    source_version_id: record.sourceVersion.versionId,
    normal_hash: hash,
  })
  return id
}
const always = ['organization_id', 'id', 'source_id', 'kind', 'external_id', 'created_at'] as const
const changing = ['updated_at', ...decidedColumns, 'source_last_updated', 'source_version_id', 'normal_hash'] as const
const names = [...always, ...changing].join(', ')

const careEventWritten: RowsStatement<Record<(typeof always)[number] | (typeof changing)[number], unknown>> = {
  name: 'inboundWriteCareEvents',
  sql: `insert into care_event (${names}) select ${names} from jsonb_populate_recordset(null::care_event, $1::jsonb)
    on conflict (organization_id, source_id, kind, external_id) do update set
      ${changing.map((name) => `${name} = excluded.${name}`).join(', ')},
      confirmed_by = case when excluded.confirmation = 'none' then null else care_event.confirmed_by end,
      confirmed_at = case when excluded.confirmation = 'none' then null else care_event.confirmed_at end`,
  params: (rows) => [JSON.stringify(rows)],
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
