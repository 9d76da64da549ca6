import { type TextChannel, textChannels } from '../../../domain/action.ts'
import type { InboundContactPoint } from '../../../domain/inbound/normalForm.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'

export interface Owner {
  column: 'patient_id' | 'patient_contact_id'
  id: string
}

/** One row a channel, preferred first: each point in turn, and of one point texts before calls; what is said twice once. */
export function contactPointRows(
  points: readonly InboundContactPoint[],
): { channel: TextChannel; address: string; rank: number; purpose: string | null }[] {
  const flat = points.flatMap(({ address, channels, use }) =>
    textChannels.filter((channel) => channels.includes(channel)).map((channel) => ({ channel, address, purpose: use })),
  )
  const once = new Map<string, (typeof flat)[number]>()
  for (const row of flat) {
    const key = `${row.channel} ${row.address}`
    if (!once.has(key)) once.set(key, row)
  }
  return [...once.values()].map((row, index) => ({ ...row, rank: index + 1 }))
}

/**
 * Makes a patient's numbers and addresses what their records say: their own first, then those that were merged into it,
 * so that it is of no account in which order records and merges arrive.
 */
export async function syncPatientContactPoints(applying: Applying, patientId: string): Promise<void> {
  const said = await applying.tx.query<{ telecom: InboundContactPoint[] }>(
    'select telecom from patient where id = $1 or merged_into = $1 order by id <> $1, external_id, id',
    [patientId],
    'inboundTelecom',
  )
  const points = said.flatMap(({ telecom }) => telecom)
  await syncContactPoints(applying, { column: 'patient_id', id: patientId }, points)
}

/**
 * Makes the numbers and addresses of one person what the EHR says, in one statement. What the practice or the patient
 * added stays, and an address that is known to be invalid stays so.
 */
export async function syncContactPoints(
  { tx, now }: Applying,
  { column, id }: Owner,
  points: readonly InboundContactPoint[],
): Promise<void> {
  await tx.query(
    `with wanted as (select * from jsonb_to_recordset($3) as w(channel text, address text, rank int, purpose text)),
       gone as (
         delete from contact_point c where c.${column} = $2 and c.origin = 'ehr'
           and not exists (select 1 from wanted w where w.channel = c.channel and w.address = c.address)),
       kept as (
         update contact_point c set rank = w.rank, purpose = w.purpose, updated_at = $4 from wanted w
          where c.${column} = $2 and c.origin = 'ehr' and c.channel = w.channel and c.address = w.address
            and (c.rank, c.purpose) is distinct from (w.rank, w.purpose))
     insert into contact_point (organization_id, id, ${column}, channel, address, rank, purpose, origin, created_at, updated_at)
     select $1, gen_random_uuid(), $2, w.channel, w.address, w.rank, w.purpose, 'ehr', $4, $4 from wanted w
      where not exists (select 1 from contact_point c where c.${column} = $2 and c.channel = w.channel and c.address = w.address)`,
    [tx.organizationId, id, JSON.stringify(contactPointRows(points)), at(now)],
    `inboundContactPoints/${column}`,
  )
}
