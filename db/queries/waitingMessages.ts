import type { Tx } from '../orm.ts'

/** How many messages of an action are planned and not yet claimed. */
export async function waitingOf(tx: Tx, actionId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from planned_message where action_id = $1 and verdict in ('planned', 'postponed')`,
    [actionId],
  )
  return row?.count ?? 0
}
