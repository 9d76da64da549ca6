import type { PostalAddress, RecordReference } from '../../../domain/inbound/normalForm.ts'
import { isOlder, newerOf } from '../../../domain/inbound/version.ts'
import { newId } from '../../newId.ts'
import { touchConfiguration } from '../facts.ts'
import { touchCareEventsOfResource } from '../touches.ts'
import { at, type Stamp } from '../values.ts'
import { type Applying, dateOrNull, deletedHash, hashOf, type RecordOf, type RecordOutcome } from './applying.ts'
import { stubFor, stubKey } from './references.ts'

type ResourceRecord = RecordOf<'facility'> | RecordOf<'provider'> | RecordOf<'appointmentType'>
const tables = { facility: 'facility', provider: 'provider', appointmentType: 'appointment_type' } as const

interface Stored {
  id: string
  source_last_updated: Stamp | null
  normal_hash: string | null
  deleted: boolean
  stub: boolean
}

/**
 * Stores a facility, provider or appointment type as the EHR has it. New ones arrive disabled unless the organization
 * wants them on; what the practice set itself is left alone.
 */
export async function applyPracticeResource(applying: Applying, record: ResourceRecord): Promise<RecordOutcome> {
  const { tx, source, now } = applying
  const table = tables[record.kind]
  const [stored] = await tx.query<Stored>(
    `select id, source_last_updated, normal_hash, deleted, stub from ${table} where source_id = $1 and external_id = $2 for no key update`,
    [source.id, record.externalId],
    `inboundResource/${record.kind}`,
  )
  if (stored) applying.became?.set(record, stored.id)
  const lastUpdated = stored?.source_last_updated ? new Date(stored.source_last_updated).getTime() : null
  if (stored && isOlder(lastUpdated, record.sourceVersion, stored.deleted && !record.deleted)) return 'older'
  const version = dateOrNull(newerOf(lastUpdated, record.sourceVersion))
  if (record.deleted && !stored) return 'unchanged'
  const hash = record.deleted ? deletedHash : hashOf(record.content)
  if (stored?.normal_hash === hash) {
    await tx.query(`update ${table} set source_last_updated = $2, source_version_id = $3 where id = $1`, [
      stored.id,
      version,
      record.sourceVersion.versionId,
    ])
    return 'unchanged'
  }
  const synced = {
    source_last_updated: version,
    source_version_id: record.sourceVersion.versionId,
    normal_hash: hash,
    stub: false,
    deleted: record.deleted,
    updated_at: at(now),
  }
  const own = record.deleted ? {} : await ownColumns(applying, record)
  if (stored) {
    await update(applying, table, stored.id, synced, own)
    if (!applying.made.has(stubKey(record.kind, record.externalId))) {
      await touchConfiguration(tx)
      await touchCareEventsOfResource(tx, table, stored.id, now)
    }
    return stored.stub ? 'created' : 'updated'
  }
  applying.became?.set(record, await insert(applying, table, record, { ...synced, ...own }))
  return 'created'
}

/** What the EHR says of it, by column. */
async function ownColumns(
  applying: Applying,
  record: Exclude<ResourceRecord, { deleted: true }>,
): Promise<Record<string, unknown>> {
  if (record.kind === 'facility') {
    const { name, zone, state, phone, address } = record.content
    return { name, time_zone: zone, state, phone, address: addressText(address) }
  }
  if (record.kind === 'provider') {
    const { name, practitioner } = record.content
    return { name, role_of: practitioner && (await holderOf(applying, record.externalId, practitioner)) }
  }
  return { name: record.content.name }
}

/** On one line, as it is printed in a message. */
function addressText(address: PostalAddress | null): string | null {
  if (address === null) return null
  const place = [address.city, [address.state, address.postalCode].filter(Boolean).join(' ')].filter(Boolean)
  return [...address.lines, ...place].join(', ') || null
}

async function update(
  { tx }: Applying,
  table: string,
  id: string,
  synced: Record<string, unknown>,
  own: Record<string, unknown>,
): Promise<void> {
  const params: unknown[] = [id]
  const param = (value: unknown) => `$${params.push(value)}`
  const sets = Object.entries(synced).map(([name, value]) => `${name} = ${param(value)}`)
  for (const [name, value] of Object.entries(own)) {
    // A record without a name keeps the one it was known by.
    const said = name === 'name' ? `coalesce(${param(value)}, name)` : param(value)
    sets.push(`${name} = case when '${contractName(name)}' = any(practice_set) then ${name} else ${said} end`)
  }
  await tx.query(`update ${table} set ${sets.join(', ')}, version = version + 1 where id = $1`, params)
}

/** `practice_set` holds the contract's names. */
function contractName(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

async function insert(
  { tx, source, now }: Applying,
  table: string,
  record: ResourceRecord,
  columns: Record<string, unknown>,
): Promise<string> {
  const active = !record.deleted && record.content.active
  const written = { ...columns, name: columns.name ?? record.externalId }
  const names = Object.keys(written)
  const [row] = await tx.query<{ id: string }>(
    `insert into ${table} (organization_id, id, source_id, external_id, enabled, version, created_at, ${names.join(', ')})
     select o.id, $1, $2, $3, o.enable_new_resources and $4, 1, $5, ${names.map((_, index) => `$${index + 6}`).join(', ')}
       from organization o
     on conflict (organization_id, source_id, external_id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     returning id`,
    [newId(), source.id, record.externalId, active, at(now), ...Object.values(written)],
  )
  if (row === undefined) throw new Error(`insert into ${table} returned no row`)
  return row.id
}

/** The provider that holds a role. Care events that named the role before it was known are made to mean that person. */
async function holderOf(applying: Applying, roleExternalId: string, practitioner: RecordReference): Promise<string> {
  const { tx, source, now } = applying
  const [known] = await tx.query<{ id: string }>('select id from provider where source_id = $1 and external_id = $2', [
    source.id,
    practitioner.externalId,
  ])
  const holder = known?.id ?? (await stubFor(applying, 'provider', practitioner))
  await tx.query(
    `with role as (select id from provider where source_id = $1 and external_id = $2 and role_of is null),
       moved as (
         update care_event set updated_at = $4,
           provider_ids = array(select said.id from unnest(array_replace(provider_ids, role.id, $3::uuid)) with ordinality as said(id, place)
             group by said.id order by min(said.place))
         from role where role.id = any(provider_ids)
         returning care_event.organization_id, care_event.id)
     insert into outbox (organization_id, care_event_id, attempts, next_attempt_at, created_at)
     select organization_id, id, 0, $4, $4 from moved`,
    [source.id, roleExternalId, holder, at(now)],
  )
  return holder
}
