import { type Arrival, stateWithEncounter } from '../../../domain/inbound/careEventState.ts'
import type { EncounterFacts } from '../../../domain/inbound/encounter.ts'
import type { EncounterContent } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import { touch } from '../../outbox.ts'
import { at, type Stamp } from '../values.ts'
import { type Applying, dateOrNull, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { type CareEventJson, columnsOf, day, instant, stateOf } from './careEventRow.ts'
import { applyContained } from './contained.ts'
import { stubFor } from './references.ts'

interface Stored {
  id: string
  source_last_updated: Stamp | null
  normal_hash: string | null
  deleted: boolean
  stub: boolean
}

/** Stores a visit, and has its procedures and diagnoses say what they left open (Due time: diagnosis). */
export async function applyEncounter(applying: Applying, record: RecordOf<'encounter'>): Promise<RecordOutcome> {
  const { tx, source, now } = applying
  const id = await stubFor(applying, 'encounter', { externalId: record.externalId, identifier: null, display: null })
  applying.became?.set(record, id)
  const [stored] = await tx.query<Stored>(
    'select id, source_last_updated, normal_hash, deleted, stub from encounter where id = $1 for no key update',
    [id],
    'inboundEncounter',
  )
  if (stored === undefined) throw new Error('the stub of an encounter is not there')
  const lastUpdated = stored.source_last_updated ? new Date(stored.source_last_updated).getTime() : null
  if (isOlder(lastUpdated, record.sourceVersion, stored.deleted && !record.deleted)) return 'older'
  const hash = record.deleted ? deletedHash : hashOf(record.content)
  const same = stored.normal_hash === hash
  const facts = record.deleted ? null : await factsFrom(applying, id, record.content)
  const own = { facility_id: facts?.facilityId ?? null, provider_ids: facts?.providerIds ?? [] }
  const start = facts?.start ?? null
  await tx.query(
    `update encounter set source_last_updated = $2, source_version_id = $3, normal_hash = $4, deleted = $5, stub = false,
       facility_id = $6, provider_ids = $7, start_date = $8, start_at = $9, updated_at = $10 where id = $1`,
    [
      id,
      dateOrNull(newerOf(lastUpdated, record.sourceVersion)),
      record.sourceVersion.versionId,
      hash,
      record.deleted,
      own.facility_id,
      own.provider_ids,
      day(start),
      instant(start),
      at(now),
    ],
  )
  if (same) return 'unchanged'
  const linked = record.deleted ? [] : await link(applying, id, record.content)
  await fillIn({ applying, id, facts, linked, loading: source.status === 'loading' })
  await applyContained(applying, id, record)
  return stored.stub ? 'created' : 'updated'
}

async function factsFrom(applying: Applying, id: string, content: EncounterContent): Promise<EncounterFacts> {
  const facilityId = content.facility && (await stubFor(applying, 'facility', content.facility))
  const providerIds = new Map<string, string>()
  for (const provider of [...content.providers].sort((a, b) => (a.externalId < b.externalId ? -1 : 1)))
    providerIds.set(provider.externalId, await stubFor(applying, 'provider', provider))
  const inOrder = content.providers.flatMap(({ externalId }) => providerIds.get(externalId) ?? [])
  return { id, facilityId, providerIds: [...new Set(inOrder)], start: content.start }
}

/** Remembers which care events the encounter names; returns those that are there and name no other. */
async function link({ tx, source }: Applying, id: string, { careEvents }: EncounterContent): Promise<string[]> {
  const params = [
    source.id,
    id,
    careEvents.map(({ careEventKind }) => careEventKind),
    careEvents.map(({ externalId }) => externalId),
  ]
  await tx.query('delete from encounter_link where encounter_id = $1', [id])
  if (careEvents.length === 0) return []
  await tx.query(
    `insert into encounter_link (organization_id, source_id, encounter_id, kind, external_id)
     select $5, $1, $2, said.kind, said.external_id from (select distinct * from unnest($3::text[], $4::text[])) as said (kind, external_id)
      order by said.kind, said.external_id
     on conflict (organization_id, source_id, kind, external_id) do update set encounter_id = excluded.encounter_id`,
    [...params, tx.organizationId],
  )
  const rows = await tx.query<{ id: string }>(
    `select c.id from unnest($2::text[], $3::text[]) as said (kind, external_id)
       join care_event c on c.source_id = $1 and c.kind = said.kind and c.external_id = said.external_id
      where c.encounter_id is null`,
    [source.id, params[2], params[3]],
  )
  return rows.map((row) => row.id)
}

interface Filling {
  applying: Applying
  id: string
  /** Null: the encounter was deleted. */
  facts: EncounterFacts | null
  linked: readonly string[]
  loading: boolean
}

/** Care events of the encounter that leave something to it, as they are now. */
async function fillIn({ applying, id, facts, linked, loading }: Filling): Promise<void> {
  const { tx, now } = applying
  const rows = await tx.query<{ event: CareEventJson; time_zone: string }>(
    `select to_jsonb(c) as event, o.time_zone from organization o, care_event c
      where (c.encounter_id = $1 or c.id = any($2::uuid[])) and c.unsaid is not null
      order by c.id for no key update of c`,
    [id, linked],
  )
  const touched: string[] = []
  for (const { event, time_zone: zone } of rows) {
    const arrival: Arrival = { now, loading, zone }
    const before = stateOf(event)
    // A deleted encounter stays the one it refers to: it may come back.
    const after = { ...stateWithEncounter(event.kind, before, facts, arrival), encounterId: id }
    const [was, is] = [columnsOf(before), columnsOf(after)]
    const names = Object.keys(is).filter((name) => JSON.stringify(is[name]) !== JSON.stringify(was[name]))
    if (names.length === 0) continue
    const sets = names.map((name, index) => `${name} = $${index + 3}`)
    await tx.query(`update care_event set updated_at = $2, ${sets.join(', ')} where id = $1`, [
      event.id,
      at(now),
      ...names.map((name) => is[name]),
    ])
    touched.push(event.id)
  }
  await touch(tx, touched)
}
