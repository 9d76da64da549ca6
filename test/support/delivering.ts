import type { ActivityDeps } from '../../activities/deps.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import { setUpChannels } from '../../worker/channels.ts'
import { freshDatabase } from './database.ts'
import { startPractice } from './practice.ts'

/** What a worker's activities need, over a real database and without Temporal: a test makes each of their steps itself. */
export async function startDelivering(now: Instant) {
  const fresh = await freshDatabase({ clock: () => now })
  const common = {
    database: fresh.database,
    configuration: createConfigurationCache(),
    encryption: createEncryption(generateEncryptionKey('test')),
    clock: () => now,
    publicUrl: 'http://127.0.0.1:8080',
  }
  const deps: ActivityDeps = {
    ...common,
    report: () => undefined,
    channels: setUpChannels({ ...common, twilio: null }),
  }
  return {
    deps,
    practice: await startPractice({ ...common, organizationId: fresh.organizationId }),
    ref: (careEventId: string) => ({ organizationId: fresh.organizationId, careEventId }),
    query: <T extends object>(sql: string, params: unknown[] = []) =>
      fresh.database.inOrganization(fresh.organizationId, (tx) => tx.query<T>(sql, params)),
    organizationId: fresh.organizationId,
    stop: () => fresh.drop(),
  }
}
export type Delivering = Awaited<ReturnType<typeof startDelivering>>
