import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { classifyReply } from '../../domain/replies.ts'

/**
 * Whom an incoming text is for: the organization whose number it was sent to, else those that know the phone. Several of
 * them share the default number then: an opt-out counts for all, anything else for the one that wrote last. STOP from a
 * phone that nobody knows (any more) is kept by all, so that it holds when the number comes back.
 */
export async function organizationsOfText(
  { database, encryption }: { database: Database; encryption: Encryption },
  { from, to, body }: { from: string; to: string; body: string },
): Promise<string[]> {
  const owners = await database.lookup.inboundNumber(to)
  const found = owners.length > 0 ? owners : await database.lookup.contactPoint(from)
  const { kind } = classifyReply(body, { promptOpen: false })
  if (found.length === 0 && kind === 'optOut') return database.lookup.organizations()
  const organizations = [...new Set(found.map(({ organizationId }) => organizationId))]
  if (organizations.length < 2 || kind === 'optOut' || kind === 'optIn') return organizations
  const lastWrote = await Promise.all(
    organizations.map(async (organizationId) => ({
      organizationId,
      at: await database.inOrganization(organizationId, async (tx) => {
        const [row] = await tx.query<{ at: Date | null }>(
          'select max(sent_at) as at from delivery where address_hash = any($1::text[])',
          [encryption.blindIndexes(from)],
        )
        return row?.at?.getTime() ?? 0
      }),
    })),
  )
  return lastWrote
    .sort((a, b) => b.at - a.at)
    .slice(0, 1)
    .map(({ organizationId }) => organizationId)
}
