import type { TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import type { Tx } from './orm.ts'
import { touchCareEventsOfStaffBehind } from './queries/staffTouches.ts'
import { touchCareEventsOfAddress } from './queries/touches.ts'

/**
 * The address can't be reached by this channel, as its provider says: the ladder passes it over from now on, for
 * everyone behind it.
 */
export async function markAddressInvalid(tx: Tx, channel: TextChannel, address: string, now: Instant): Promise<void> {
  const marked = await tx.query(
    `update contact_point set invalid_since = $3 where channel = $1 and address = $2 and invalid_since is null returning 1`,
    [channel, address, new Date(now)],
  )
  if (marked.length > 0) await touchEveryoneBehind(tx, address, now)
}

/** A carrier's opt-out counts for SMS and voice to the number, in every category (Sending: consent). */
export async function recordOptOut(tx: Tx, address: string, now: Instant): Promise<void> {
  await tx.query(
    `insert into consent (organization_id, id, address, channel, category, state, source, at)
     select $1, gen_random_uuid(), $2, channel, category, 'denied', 'provider', $3
     from unnest(array['sms', 'voice']) channel, unnest(array['care', 'outreach']) category`,
    [tx.organizationId, address, new Date(now)],
  )
  await touchEveryoneBehind(tx, address, now)
}

async function touchEveryoneBehind(tx: Tx, address: string, now: Instant): Promise<void> {
  await touchCareEventsOfAddress(tx, address, now)
  await touchCareEventsOfStaffBehind(tx, address, now)
}
