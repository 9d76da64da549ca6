import type { Tx } from '../../db/orm.ts'
import { countQuarantined } from '../../db/queries/feed.ts'
import { queryString } from '../formData.ts'

/** More than these nobody reads one by one. */
const most = 1_000

/** What of a source waits in quarantine, and where to read why; null: nothing. */
export async function quarantineOf(tx: Tx, sourceId: string): Promise<{ text: string; href: string } | null> {
  const count = await countQuarantined(tx, most, sourceId)
  if (count === 0) return null
  const text = `${count === most ? 'over 1,000' : count} in quarantine`
  return { text, href: `/feed${queryString({ sourceId, outcome: 'quarantined' })}` }
}
