import type { CareEventKind } from '../../../../domain/careEvent.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import { absence, type SnapshotWindow, windowIn } from '../../../../domain/inbound/csv/snapshot.ts'
import type { InboundRecord } from '../../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Instant, Zone } from '../../../../domain/instant.ts'
import { isZone } from '../../../../domain/time.ts'
import type { Tx } from '../../../orm.ts'
import { touch } from '../../../outbox.ts'
import { formerPlace, touchSiblings } from '../../siblings.ts'
import { at } from '../../values.ts'
import { type CareEventJson, stateOf } from '../careEventRow.ts'
import { lockRecords } from '../locks.ts'
import { reviseRecalls } from '../recalls.ts'
import type { InboundSource } from '../source.ts'
import { noteChanged } from './changedRows.ts'
import type { ClaimedFile } from './claim.ts'
import { absentKey, facilityInFile, unreadableKey } from './keys.ts'
import { absentVersion } from './stored.ts'

type Snapshot = NonNullable<CsvLayout['snapshot']>

/** Of a care event without a facility. */
const nowhere = '00000000-0000-0000-0000-000000000000'

const anchorColumns = {
  appointment: ['start_at', null],
  recall: ['due_at', 'due_date'],
  procedure: ['procedure_at', 'procedure_date'],
  diagnosis: ['diagnosis_at', 'diagnosis_date'],
} as const satisfies Record<CareEventKind, readonly [string, string | null]>

/** Why nothing is cancelled for being absent; null: what is absent was cancelled. */
export async function absencesWithheld(tx: Tx, file: ClaimedFile): Promise<InboundReason | null> {
  const [found] = await tx.query<{ isUnreadable: boolean; isOlder: boolean }>(
    `select exists (select 1 from ehr_file_key k where k.file_id = $1 and k.kind = $2) as "isUnreadable",
       exists (select 1 from ehr_file f where f.source_id = $3 and f.layout is not distinct from $4 and f.state = 'done'
         and f.version_at > $5 and f.id <> $1) as "isOlder"`,
    [file.id, unreadableKey, file.sourceId, file.layout, at(file.versionAt)],
  )
  const because = found?.isUnreadable
    ? 'has a row whose id can’t be read: it may be any record'
    : found?.isOlder
      ? 'is older than one that was imported already: what it lacks may have come since'
      : null
  if (because === null) return null
  const message = `${because}, so nothing was cancelled for being absent`
  return { severity: 'warning', code: 'missing', path: 'file', message }
}

/** How many care events the window has that absence could end, and how many of them the file no longer has. */
export async function countAbsences(
  tx: Tx,
  file: ClaimedFile,
  kind: CareEventKind,
  snapshot: Snapshot,
): Promise<{ all: number; absent: number }> {
  const { sql, params } = await inWindow(tx, file, kind, snapshot)
  const [row] = await tx.query<{ all: number; absent: number }>(
    `select count(*)::int as all, (count(*) filter (where ${isAbsent}))::int as absent ${sql}`,
    params,
  )
  return row ?? { all: 0, absent: 0 }
}

/** Notes what the window has and the file does not, when all of its rows are applied. */
export async function noteAbsent(tx: Tx, file: ClaimedFile, kind: CareEventKind, snapshot: Snapshot): Promise<void> {
  const { sql, params } = await inWindow(tx, file, kind, snapshot)
  await tx.query(
    `insert into ehr_file_key (organization_id, file_id, kind, external_id, row, hash)
     select c.organization_id, $1, '${absentKey}', c.id::text, 0, '' ${sql} and ${isAbsent} on conflict do nothing`,
    params,
  )
}

/** Cancels some of what was noted as absent; returns how many there were. None: there are no more. */
export async function cancelAbsent(
  tx: Tx,
  source: InboundSource,
  file: ClaimedFile,
  kind: CareEventKind,
  { limit, now }: { limit: number; now: Instant },
): Promise<{ noted: number; cancelled: number }> {
  const noted = await tx.query<{ id: string }>(
    `delete from ehr_file_key where file_id = $1 and kind = '${absentKey}' and external_id in (
       select external_id from ehr_file_key where file_id = $1 and kind = '${absentKey}' order by external_id limit ${limit})
     returning external_id as id`,
    [file.id],
  )
  if (noted.length === 0) return { noted: 0, cancelled: 0 }
  // What changed since it was noted, or is newer than the file, is left as it is.
  const found = await tx.query<{ id: string; externalId: string; patientExternalId: string | null }>(
    `select c.id, c.external_id as "externalId",
         (select p.external_id from patient p where p.id = c.patient_id and p.source_id = c.source_id) as "patientExternalId"
       from care_event c
      where c.id = any($1::uuid[]) and c.status = any($2::text[]) and not c.deleted
        and (c.source_last_updated is null or c.source_last_updated <= $3) order by c.id`,
    [noted.map(({ id }) => id), absence[kind].ends, at(file.versionAt)],
  )
  if (found.length === 0) return { noted: noted.length, cancelled: 0 }
  await lockRecords(
    tx,
    source,
    found.map(({ externalId }) => deletion(kind, externalId)),
  )
  const rows = await tx.query<CareEventJson>(
    `select to_jsonb(c) as event from care_event c where c.id = any($1::uuid[]) order by c.id for no key update`,
    [found.map(({ id }) => id)],
  )
  const events = rows.map((row) => (row as unknown as { event: CareEventJson }).event)
  const ended = await tx.query<{ id: string }>(
    `update care_event set status = $2, normal_hash = null, source_last_updated = $3, source_version_id = $4, updated_at = $5,
       updated_anchor_at = case when $6 then updated_anchor_at else $5 end
      where id = any($1::uuid[]) returning id`,
    [
      ...[found.map(({ id }) => id), absence[kind].as, at(file.versionAt), absentVersion],
      ...[at(now), source.status === 'loading'],
    ],
  )
  const endedIds = new Set(ended.map(({ id }) => id))
  noteChanged(
    tx,
    file.id,
    found.flatMap(({ id, ...ids }) => (endedIds.has(id) ? [{ ...ids, kind, row: null }] : [])),
  )
  await touch(tx, [...endedIds])
  for (const event of events) await touchSiblings(tx, event.id, formerPlace(stateOf(event)), now)
  if (kind === 'appointment' || kind === 'recall')
    for (const patientId of [...new Set(events.map((event) => event.patient_id))].sort())
      await reviseRecalls(tx, patientId, now)
  return { noted: noted.length, cancelled: ended.length }
}

/** For its lock: all that is known of it here is its id. */
function deletion(careEventKind: CareEventKind, externalId: string): InboundRecord {
  const sourceVersion = { lastUpdated: null, versionId: null }
  return { kind: 'careEvent', careEventKind, externalId, sourceVersion, deleted: true, content: null }
}

/** One look-up for each care event: a file's keys have no statistics that a join could go by. */
const isAbsent = `(select k.row from ehr_file_key k
  where k.organization_id = c.organization_id and k.file_id = $1 and k.kind = $3 and k.external_id = c.external_id limit 1) is null`

/** `from … where …` of the care events of this source that a snapshot's window has; a newer version is no snapshot's. */
async function inWindow(
  tx: Tx,
  file: ClaimedFile,
  kind: CareEventKind,
  snapshot: Snapshot,
): Promise<{ sql: string; params: unknown[] }> {
  const places = await windows(tx, file, kind, snapshot)
  const [instantColumn, dayColumn] = anchorColumns[kind]
  const onDay = dayColumn === null ? 'false' : `(c.${dayColumn} >= w.from_day and c.${dayColumn} < w.to_day)`
  const sql = `from care_event c
    join unnest($6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::date[], $10::date[]) as w (facility_id, from_at, to_at, from_day, to_day)
      on w.facility_id = coalesce(c.facility_id, '${nowhere}')
    where c.source_id = $2 and c.kind = $3 and c.status = any($4::text[]) and not c.deleted and $1::uuid is not null
      and (c.source_last_updated is null or c.source_last_updated <= $5)
      and ((c.${instantColumn} >= w.from_at and c.${instantColumn} < w.to_at) or ${onDay})`
  const params = [
    ...[file.id, file.sourceId, kind, absence[kind].ends, at(file.versionAt)],
    ...[places.map(({ id }) => id), places.map(({ fromAt }) => at(fromAt)), places.map(({ toAt }) => at(toAt))],
    ...[places.map(({ fromDay }) => fromDay), places.map(({ toDay }) => toDay)],
  ]
  return { sql, params }
}

/** The window of each facility that counts, by its own midnights. */
async function windows(
  tx: Tx,
  file: ClaimedFile,
  kind: CareEventKind,
  snapshot: Snapshot,
): Promise<(SnapshotWindow & { id: string })[]> {
  const everywhere = snapshot.facilities === 'all'
  const rows = await tx.query<{ id: string; zone: Zone | null; own: Zone }>(
    `select f.id, f.time_zone as zone, o.time_zone as own from organization o cross join facility f
      where f.source_id = $2 and ($3 or exists (
        select 1 from ehr_file_key k where k.file_id = $1 and k.kind = $4 and k.external_id = f.external_id))
     union all
     select $5::uuid, null, o.time_zone from organization o
      where $3 or exists (select 1 from ehr_file_key k where k.file_id = $1 and k.kind = $4 and k.external_id = '')`,
    [file.id, file.sourceId, everywhere, facilityInFile, nowhere],
  )
  const all = rows.map(({ id, zone, own }) => ({
    id,
    ...windowIn(snapshot, zone !== null && isZone(zone) ? zone : own, file.versionAt),
  }))
  const hasLastDay = await reachesLastDay(tx, file, kind, all)
  // An export of what is to come lacks the visits that have begun; one that reaches back has them.
  const isAhead = kind === 'appointment' && snapshot.fromDays >= 0
  return all.map((each) => ({
    ...each,
    ...(isAhead && { fromAt: Math.max(each.fromAt, file.versionAt) }),
    ...(hasLastDay ? {} : { toAt: each.lastAt, toDay: each.lastDay }),
  }))
}

/**
 * Whether the file has anything on the last day of its window, or later. One that was read off before midnight and is
 * whole after it has a day less than its date says: that day's visits are not cancelled for it. Were they all, the
 * next day's file says so.
 */
async function reachesLastDay(
  tx: Tx,
  file: ClaimedFile,
  kind: CareEventKind,
  places: readonly SnapshotWindow[],
): Promise<boolean> {
  const [instantColumn, dayColumn] = anchorColumns[kind]
  const onDay = dayColumn === null ? '' : ` or c.${dayColumn} >= $5::date`
  const lastDay = places.map((each) => each.lastDay).sort()[0]
  if (lastDay === undefined) return false
  const lastAt = Math.min(...places.map((each) => each.lastAt))
  const rows = await tx.query(
    `select 1 from care_event c where c.source_id = $2 and c.kind = $3
       and (c.${instantColumn} >= $4::timestamptz${onDay}) and not (${isAbsent}) limit 1`,
    [file.id, file.sourceId, kind, at(lastAt), ...(dayColumn === null ? [] : [lastDay])],
  )
  return rows.length > 0
}
