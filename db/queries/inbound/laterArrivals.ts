import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'
import type { RawMessage } from './message.ts'
import { kindOf } from './messageEntries.ts'

/**
 * Of the records of a message that is taken again, those that a message which arrived after it has brought since. What
 * has no version of its own is ordered by arrival (Inbound: order), and that is when it first came, not when somebody
 * replays it: such a record is older than what is stored.
 */
export async function laterArrivals(
  { tx, source }: Applying,
  again: RawMessage['again'],
  records: readonly InboundRecord[],
): Promise<ReadonlySet<InboundRecord>> {
  const unversioned = records.filter(({ sourceVersion }) => sourceVersion.lastUpdated === null)
  if (again === undefined || unversioned.length === 0) return new Set()
  const rows = await tx.query<{ place: number }>(
    `select said.place::int from unnest($1::text[], $2::text[]) with ordinality as said(kind, external_id, place)
      where exists (
        select 1 from inbound_record r
          join inbound_message m on m.organization_id = r.organization_id and m.id = r.message_id
         where r.external_id = said.external_id and r.kind = said.kind and r.outcome in ('created', 'updated', 'unchanged')
           and m.source_id = $3 and (m.received_at, m.id) > ($4::timestamptz, $5::uuid))`,
    [
      unversioned.map(kindOf),
      unversioned.map(({ externalId }) => externalId),
      source.id,
      at(again.receivedAt),
      again.id,
    ],
  )
  return new Set(rows.flatMap(({ place }) => unversioned[place - 1] ?? []))
}
