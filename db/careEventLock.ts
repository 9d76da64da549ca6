import type { Tx } from './orm.ts'

/** A lock lasts until its transaction ends, so that asking again costs nothing. */
const held = new WeakMap<Tx, Set<string>>()

/**
 * Takes the lock of a care event's row: what decides about it takes turns. False when it is not there. Foreign keys may
 * still be checked, so that a touch or a delivery of the same care event does not wait for it.
 */
export async function lockCareEvent(tx: Tx, careEventId: string): Promise<boolean> {
  const mine = held.get(tx) ?? new Set()
  if (mine.has(careEventId)) return true
  const rows = await tx.query(
    'select 1 from care_event where organization_id = $1 and id = $2 for no key update',
    [tx.organizationId, careEventId],
    'lock care event',
  )
  if (rows.length === 0) return false
  held.set(tx, mine.add(careEventId))
  return true
}
