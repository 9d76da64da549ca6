import type { Tx } from '../orm.ts'

/** The practice resources of an organization, as far as they decide who matches. */
export interface PracticeSwitches {
  facilities: readonly { id: string; enabled: boolean; zone: string | null }[]
  providers: readonly { id: string; enabled: boolean; staffMemberId: string | null }[]
  appointmentTypes: readonly { id: string; enabled: boolean }[]
}

/** Some hundreds of rows in one statement. */
export async function readPracticeSwitches(tx: Tx): Promise<PracticeSwitches> {
  const [row] = await tx.query<PracticeSwitches>(
    `select
       (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'enabled', f.enabled, 'zone', f.time_zone)), '[]')
          from facility f where f.organization_id = $1) as facilities,
       (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'enabled', r.enabled, 'staffMemberId',
          (select min(m.id::text) from staff_member m where m.organization_id = $1 and m.provider_id = r.id and m.active))), '[]')
          from provider r where r.organization_id = $1) as providers,
       (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'enabled', t.enabled)), '[]')
          from appointment_type t where t.organization_id = $1) as "appointmentTypes"`,
    [tx.organizationId],
    'practice switches',
  )
  if (row === undefined) throw new Error('a statement without FROM answered with no row')
  return row
}
