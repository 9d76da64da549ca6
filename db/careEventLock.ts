import type { Tx } from './orm.ts'

/** A lock lasts until its transaction ends, so that asking again costs nothing. */
const held = new WeakMap<Tx, Set<string>>()

/**
 * Takes the lock of a care event's row: what decides about it takes turns. False when it is not there. Foreign keys may
 * still be checked, so that a touch or a delivery of the same care event does not wait for it.
 */
export async function lockCareEvent(tx: Tx, careEventId: string): Promise<boolean> {
  if (held.get(tx)?.has(careEventId)) return true
  const rows = await tx.query(
    'select 1 from care_event where organization_id = $1 and id = $2 for no key update',
    [tx.organizationId, careEventId],
    'lock care event',
  )
  if (rows.length === 0) return false
  hold(tx, [careEventId])
  return true
}

/**
 * Takes the locks of those care events that nobody else has; returns their ids. It never waits: whoever takes many at
 * once and waited could stand in a ring with another who does.
 */
export async function lockFreeCareEvents(tx: Tx, careEventIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select id from care_event where organization_id = $1 and id = any($2::uuid[]) for no key update skip locked',
    [tx.organizationId, careEventIds],
    'lock free care events',
  )
  const ids = rows.map(({ id }) => id)
  hold(tx, ids)
  return ids
}

function hold(tx: Tx, careEventIds: readonly string[]): void {
  const mine = held.get(tx) ?? new Set()
  for (const id of careEventIds) mine.add(id)
  held.set(tx, mine)
}
