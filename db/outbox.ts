import type { RowsStatement } from './gathering.ts'
import type { Tx } from './orm.ts'

/** What a trigger notifies on every touch, whoever makes it (see `migrations/0001_triggers.sql`). */
export const touchedChannel = 'outbox_touched'

/**
 * Has care events planned anew (Engine: touch, plan, signal), in the transaction of what changed. Twice is harmless.
 * `editId` names the edit, whose progress can then be shown.
 */
export async function touch(tx: Tx, careEventIds: readonly string[], editId: string | null = null): Promise<void> {
  for (const id of careEventIds) tx.write(touched, { id, editId })
}

const touched: RowsStatement<{ id: string; editId: string | null }> = {
  name: 'touch',
  sql: `insert into outbox (organization_id, care_event_id, edit_id, next_attempt_at, created_at)
    select $1, touched.id, touched.edit_id, $4, $4 from unnest($2::uuid[], $3::uuid[]) as touched (id, edit_id)`,
  params: (rows, { organizationId, now }) => [
    organizationId,
    rows.map(({ id }) => id),
    rows.map(({ editId }) => editId),
    new Date(now),
  ],
}
