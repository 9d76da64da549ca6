import type { Instant } from '../../domain/instant.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'

/** A simulated phone or mailbox that got something. Its key stands for the address where that must not be seen. */
export interface SimulatedPhone {
  key: string
  address: string
  /** Whose it is, as far as the practice knows. */
  owners: string[]
  /** It is staff's alone. */
  staff: boolean
  lastText: string
  lastAt: Instant
}

/** One thing that was said on a phone, by the practice or by its owner. */
export interface PhoneMessage {
  id: string
  from: 'practice' | 'owner'
  channel: string
  subject: string | null
  body: string
  at: Instant
  deliveryId: string | null
  /** What a reply was understood as. */
  meaning: string | null
}

/** The last written to first, at most `limit`. */
export async function listSimulatedPhones(tx: Tx, encryption: Encryption, limit: number): Promise<SimulatedPhone[]> {
  const rows = await tx.query<{ key: string; address: Buffer; body: Buffer; at: Instant }>(
    `select key, address, body, (extract(epoch from sent_at) * 1000)::float8 as at
       from (select distinct on (address_hash) address_hash as key, address, body_encrypted as body, sent_at
               from simulated_message order by address_hash, sent_at desc, id desc) last
      order by sent_at desc, key limit $1`,
    [limit],
  )
  const phones = rows.map((row) => ({
    key: row.key,
    address: encryption.decrypt(row.address),
    lastText: encryption.decrypt(row.body),
    lastAt: row.at,
  }))
  const owners = await ownersOf(
    tx,
    phones.map(({ address }) => address),
  )
  return phones.map((phone) => ({ ...phone, ...(owners.get(phone.address) ?? { owners: [], staff: false }) }))
}

type Owners = Pick<SimulatedPhone, 'owners' | 'staff'>

async function ownersOf(tx: Tx, addresses: readonly string[]): Promise<Map<string, Owners>> {
  const rows = await tx.query<{ address: string; names: string[]; staff: boolean }>(
    `select c.address, array_agg(distinct concat_ws(' ', coalesce(p.preferred_name, p.first_name, k.first_name, s.first_name),
                                                    coalesce(p.last_name, k.last_name, s.last_name))) as names,
            bool_and(c.staff_member_id is not null) as staff
       from contact_point c
       left join patient p on p.organization_id = c.organization_id and p.id = c.patient_id
       left join patient_contact k on k.organization_id = c.organization_id and k.id = c.patient_contact_id
       left join staff_member s on s.organization_id = c.organization_id and s.id = c.staff_member_id
      where c.address = any($1::text[]) group by c.address`,
    [[...addresses]],
  )
  return new Map(
    rows.map(({ address, names, staff }) => [address, { owners: names.filter((name) => name !== ''), staff }]),
  )
}

/** What was said on one phone, the newest `limit` of it, oldest first. */
export async function readConversation(
  tx: Tx,
  encryption: Encryption,
  key: string,
  limit: number,
): Promise<PhoneMessage[]> {
  const rows = await tx.query<Omit<PhoneMessage, 'subject' | 'body'> & { subject: Buffer | null; body: Buffer }>(
    `select * from (
       select id, 'practice' as "from", channel, subject_encrypted as subject, body_encrypted as body,
              (extract(epoch from sent_at) * 1000)::float8 as at, delivery_id as "deliveryId", null as meaning
         from simulated_message where address_hash = $1
       union all
       select id, 'owner', channel, null, body_encrypted, (extract(epoch from received_at) * 1000)::float8, null, meaning
         from reply where address_hash = $1 and direction = 'in' and meaning <> 'wrongPerson') said
      order by at desc, "from", id desc limit $2`,
    [key, limit],
  )
  return rows.reverse().map((row) => ({
    ...row,
    subject: row.subject === null ? null : encryption.decrypt(row.subject),
    body: encryption.decrypt(row.body),
  }))
}
