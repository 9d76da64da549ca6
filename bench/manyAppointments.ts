import type { Client } from 'pg'
import { newId } from '../db/newId.ts'
import { dayMs, type Instant } from '../domain/instant.ts'
import { asAdmin } from '../test/support/database.ts'
import type { Product } from './product.ts'

export interface BigPractice {
  facilityIds: string[]
  /** Ten at each facility, in its order. */
  providerIds: string[]
  appointmentTypeIds: string[]
}

/**
 * Appointments of a big practice, evenly from one day to another in the order of their start, for patients with a phone:
 * written as they are stored, since posting so many takes hours.
 */
export async function storeManyAppointments(
  { databaseUrl, organizationId }: Product,
  { count, patients, from, to }: { count: number; patients: number; from: Instant; to: Instant },
): Promise<BigPractice> {
  const ids = (n: number) => Array.from({ length: n }, () => newId())
  const practice = { facilityIds: ids(20), providerIds: ids(200), appointmentTypeIds: ids(10) }
  const stamp = new Date(from - dayMs)
  await asAdmin(databaseUrl, async (client) => {
    await client.query(`select set_config('app.organization_id', $1, false)`, [organizationId])
    for (const [table, list] of [
      ['facility', practice.facilityIds] as const,
      ['provider', practice.providerIds] as const,
      ['appointment_type', practice.appointmentTypeIds] as const,
    ])
      await client.query(
        `insert into ${table} (organization_id, id, name, enabled, created_at, updated_at)
         select $1, id, '${table} ' || place, true, $3, $3 from unnest($2::uuid[]) with ordinality as said (id, place)`,
        [organizationId, list, stamp],
      )
    await storePatients(client, organizationId, patients, stamp)
    const stepMs = (to - from) / count
    await client.query(
      `insert into care_event (organization_id, id, kind, patient_id, facility_id, provider_ids, appointment_type_id, status,
         start_at, created_at_source, anchor_known_since, first_seen_at, created_at, updated_at)
       select $1, gen_random_uuid(), 'appointment', p.ids[1 + ((n::bigint * 7919) % cardinality(p.ids))::int], ($2::uuid[])[1 + facility],
         array[($3::uuid[])[1 + facility * 10 + (n / 20) % 10]], ($4::uuid[])[1 + (n / 200) % 10],
         case when start < $8 then 'fulfilled' else 'booked' end, start, $7, $7, $7, $7, $7
       from (select array_agg(id order by id) as ids from bench_patient) p,
         lateral (select n, n % 20 as facility, $5::timestamptz + n * $6::float8 * interval '1 millisecond' as start
           from generate_series(0, $9::int - 1) n) s`,
      [
        organizationId,
        ...[practice.facilityIds, practice.providerIds, practice.appointmentTypeIds],
        ...[new Date(from), stepMs, stamp, new Date(), count],
      ],
    )
    await client.query('drop table bench_patient')
    // As autovacuum does on a database that has been there for longer than a bench.
    await client.query('vacuum analyze care_event, patient, contact_point')
  })
  return practice
}

async function storePatients(client: Client, organizationId: string, count: number, stamp: Date): Promise<void> {
  await client.query(
    'create unlogged table bench_patient as select gen_random_uuid() as id, n from generate_series(1, $1::int) n'.replace(
      '$1',
      `${count}`,
    ),
  )
  await client.query(
    `insert into patient (organization_id, id, birth_date, created_at, updated_at)
     select $1, id, '1980-02-03', $2, $2 from bench_patient`,
    [organizationId, stamp],
  )
  await client.query(
    `insert into contact_point (organization_id, id, patient_id, channel, address, rank, origin, created_at, updated_at)
     select $1, gen_random_uuid(), id, 'sms', '+1' || (200 + n % 700) || '55501' || lpad(((n / 700) % 100)::text, 2, '0'), 1, 'ehr', $2, $2
       from bench_patient`,
    [organizationId, stamp],
  )
}
