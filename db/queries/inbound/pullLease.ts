import { sourceSettingsSchema } from '../../../domain/inbound/sourceSettings.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Encryption } from '../../encryption.ts'
import type { PullError } from '../../entities/inbound.ts'
import { newId } from '../../newId.ts'
import type { Database } from '../../orm.ts'
import { at } from '../values.ts'
import type { InboundSource } from './source.ts'

/** A source, taken to fetch from it. */
export interface TakenSource {
  source: InboundSource
  /** What we prove ourselves with there, in plain; null: nothing was given. */
  credentials: string | null
  /** When it was due: whoever asks for it meanwhile changes that. */
  dueAt: Instant
  /** Names this taking: whoever has another one may not write any more. */
  lease: string
  /** In a row, before this one. */
  failures: number
}

interface Row extends Omit<InboundSource, 'organizationId' | 'settings'> {
  settings: unknown
  credentials_encrypted: Buffer | null
  pull_failures: number
  next_pull_at: Date
}

export interface LeaseDeps {
  database: Database
  encryption: Encryption
}

/** As long as nobody says that the fetcher is alive. */
export const leaseMs = 60_000

/**
 * Takes a source that is due and that nobody fetches from; null when there is none such. Where it leads and what we prove
 * ourselves with there are read at once: an edit in between would have shown the one server what is the other's.
 */
export async function takeDuePull(
  { database, encryption }: LeaseDeps,
  ref: { organizationId: string; sourceId: string },
  now: Instant,
): Promise<TakenSource | null> {
  const lease = newId()
  const [row] = await database.inOrganization(ref.organizationId, (tx) =>
    tx.query<Row>(
      `update ehr_source set pull_lease = $2, pull_lease_until = $4
        where id = $1 and status <> 'disabled' and next_pull_at <= $3
          and (pull_lease_until is null or pull_lease_until <= $3)
        returning id, kind, status, version, settings, credentials_encrypted, pull_failures, next_pull_at`,
      [ref.sourceId, lease, at(now), at(now + leaseMs)],
    ),
  )
  if (row === undefined) return null
  const { id, kind, status, version } = row
  const settings = sourceSettingsSchema.parse(row.settings)
  const source = { id, organizationId: ref.organizationId, kind, status, version, settings }
  const credentials = row.credentials_encrypted === null ? null : encryption.decrypt(row.credentials_encrypted)
  return { source, credentials, lease, dueAt: row.next_pull_at.getTime(), failures: row.pull_failures }
}

/** Says that the fetcher is alive; false: the source is no longer its own, so that it has to stop. */
export async function keepPullLease({ database }: Pick<LeaseDeps, 'database'>, taken: TakenSource, now: Instant) {
  const { id, organizationId } = taken.source
  const rows = await database.inOrganization(organizationId, (tx) =>
    tx.query(
      `update ehr_source set pull_lease_until = $3 where id = $1 and pull_lease = $2 and status <> 'disabled' returning id`,
      [id, taken.lease, at(now + leaseMs)],
    ),
  )
  return rows.length > 0
}

/**
 * Gives the source back, and says when it is due again: an instant that somebody else asked for meanwhile wins when it
 * is sooner, and a source that is no longer fetched from stays so.
 */
export async function endPull(
  { database }: Pick<LeaseDeps, 'database'>,
  taken: TakenSource,
  end: { nextAt: Instant; error: PullError | null },
  now: Instant,
): Promise<void> {
  const { id, organizationId } = taken.source
  await database.inOrganization(organizationId, (tx) =>
    tx.query(
      `update ehr_source set pull_lease = null, pull_lease_until = null, last_pull_at = $4, pull_error = $5,
         pull_failures = case when $5::jsonb is null then 0 else pull_failures + 1 end,
         next_pull_at = case when next_pull_at is null then null
           when next_pull_at <> $6 then least(next_pull_at, $3) else $3 end
        where id = $1 and pull_lease = $2`,
      [
        id,
        taken.lease,
        at(end.nextAt),
        at(now),
        end.error === null ? null : JSON.stringify(end.error),
        at(taken.dueAt),
      ],
    ),
  )
}
