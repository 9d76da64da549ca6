import type { CareEventKind } from '../../domain/careEvent.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { withoutTokens } from '../../domain/secureLink.ts'
import type { Encryption } from '../encryption.ts'
import type { Tx } from '../orm.ts'

/** What people want to read beside a ledger row: the names behind its ids, and the text that went out. */
export interface DeliveryDetails {
  id: string
  actionTitle: string
  actionDeleted: boolean
  patientId: string
  patientName: string
  /** Who got it, when it was a staff member; null: the patient. */
  staffName: string | null
  kind: CareEventKind
  /** Epoch milliseconds; null for a care event without a time. */
  startAt: Instant | null
  zone: Zone
  /** When the row was made; epoch milliseconds. */
  createdAt: Instant
  /** As it went out, its links without what opens them; null: nothing was rendered. */
  text: string | null
}
type Row = Omit<DeliveryDetails, 'text'> & { text: Buffer | null }

/** By delivery id. Names come with the practice's own zone when the facility has none. */
export async function readDeliveryDetails(
  tx: Tx,
  ids: readonly string[],
  encryption: Encryption,
): Promise<Map<string, DeliveryDetails>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<Row>(
    `select d.id, a.title as "actionTitle", a.deleted_at is not null as "actionDeleted", d.patient_id as "patientId",
            coalesce(nullif(concat_ws(' ', coalesce(p.preferred_name, p.first_name), p.last_name), ''), 'Unnamed patient') as "patientName",
            (select m.first_name || ' ' || m.last_name from staff_member m
              where m.organization_id = d.organization_id and m.id::text = d.recipient) as "staffName",
            c.kind, (extract(epoch from c.start_at) * 1000)::float8 as "startAt",
            (extract(epoch from d.created_at) * 1000)::float8 as "createdAt",
            coalesce(f.time_zone, o.time_zone) as zone, d.text_encrypted as text
       from delivery d
       join organization o on o.id = d.organization_id
       join custom_action a on a.organization_id = d.organization_id and a.id = d.action_id
       join patient p on p.organization_id = d.organization_id and p.id = d.patient_id
       join care_event c on c.organization_id = d.organization_id and c.id = d.care_event_id
       left join facility f on f.organization_id = c.organization_id and f.id = c.facility_id
      where d.id = any($1::uuid[])`,
    [[...ids]],
  )
  const textOf = (text: Buffer | null) => (text === null ? null : withoutTokens(encryption.decrypt(text)))
  return new Map(rows.map((row) => [row.id, { ...row, text: textOf(row.text) }]))
}
