import { reviseSome } from '../db/queries/pastFulfilments.ts'
import type { ActivityDeps } from './deps.ts'

/** Asks anew, in every organization, what time alone has changed about recalls. `alive` is told after each batch. */
export async function reviseFulfilments(
  { database, clock }: Pick<ActivityDeps, 'database' | 'clock'>,
  alive: () => void,
): Promise<void> {
  for (const organizationId of await database.lookup.organizations()) {
    let after: string | null = null
    do {
      const from: string | null = after
      after = await database.inOrganization(organizationId, (tx) => reviseSome(tx, from, clock()))
      alive()
    } while (after !== null)
  }
}
