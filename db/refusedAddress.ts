import type { TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import type { Tx } from './orm.ts'

/** The address can't be reached by this channel, as its provider says: the ladder passes it over from now on. */
export async function markAddressInvalid(tx: Tx, channel: TextChannel, address: string, now: Instant): Promise<void> {
  await tx.query(
    'update contact_point set invalid_since = $3 where channel = $1 and address = $2 and invalid_since is null',
    [channel, address, new Date(now)],
  )
}

/** A carrier's opt-out counts for SMS and voice to the number, in every category (Sending: consent). */
export async function recordOptOut(tx: Tx, address: string, now: Instant): Promise<void> {
  await tx.query(
    `insert into consent (organization_id, id, address, channel, category, state, source, at)
     select $1, gen_random_uuid(), $2, channel, category, 'denied', 'provider', $3
     from unnest(array['sms', 'voice']) channel, unnest(array['care', 'outreach']) category`,
    [tx.organizationId, address, new Date(now)],
  )
}
