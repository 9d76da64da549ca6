import type { Tx } from '../../db/orm.ts'
import { listReplanning } from '../../db/queries/replanning.ts'

/** One bar for each edit whose care events are still being planned anew. */
export async function replanningBars(tx: Tx) {
  const edits = await listReplanning(tx)
  return edits.map(({ actionId, title, total, left }) => ({
    href: actionId === null ? '/settings' : `/actions/${actionId}`,
    label: title ?? 'Rules and settings',
    total,
    done: total - left,
  }))
}
