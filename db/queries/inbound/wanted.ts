import type { Database, Tx } from '../../orm.ts'
import { at } from '../values.ts'
import type { InboundSource } from './source.ts'

/** A resource that a notification named without including it. */
export interface Wanted {
  /** `Type/id` */
  reference: string
  attempts: number
}

/** What was asked for in vain so many times is given up: the source's errors have named it each time. */
export const maxWantedAttempts = 5

/** Remembers what is to be fetched; the next turn of the source's pull, a minute away at most, does it. */
export async function want(tx: Tx, source: Pick<InboundSource, 'id'>, references: readonly string[], now: number) {
  await tx.query(
    `insert into ehr_wanted (organization_id, source_id, reference, wanted_at)
     select $1, $2, reference, $4 from unnest($3::text[]) reference
     on conflict (organization_id, source_id, reference) do update set wanted_at = excluded.wanted_at, attempts = 0`,
    [tx.organizationId, source.id, references, at(now)],
  )
  await pullSoon(tx, source, now)
}

/**
 * Makes the source due now, where it is fetched from at all. While somebody fetches it is due once more afterwards: what
 * was just read may be older than what was just told.
 */
export async function pullSoon(tx: Tx, { id }: Pick<InboundSource, 'id'>, now: number): Promise<void> {
  await tx.query(
    `update ehr_source set next_pull_at = $2 where id = $1 and (next_pull_at > $2 or (pull_lease is not null and next_pull_at < $2))`,
    [id, at(now)],
  )
}

/** The longest wanted first. */
export async function readWanted(database: Database, source: InboundSource, limit: number): Promise<Wanted[]> {
  return database.inOrganization(source.organizationId, (tx) =>
    tx.query<Wanted>(
      'select reference, attempts from ehr_wanted where source_id = $1 order by attempts, wanted_at, reference limit $2',
      [source.id, limit],
    ),
  )
}

/** It was fetched, or is given up; unless it was wanted anew meanwhile. */
export async function wantNoMore(database: Database, source: InboundSource, reference: string, before: number) {
  await database.inOrganization(source.organizationId, (tx) =>
    tx.query('delete from ehr_wanted where source_id = $1 and reference = $2 and wanted_at <= $3', [
      source.id,
      reference,
      at(before),
    ]),
  )
}

export async function noteWantedFailure(database: Database, source: InboundSource, { reference }: Wanted) {
  await database.inOrganization(source.organizationId, (tx) =>
    tx.query('update ehr_wanted set attempts = attempts + 1 where source_id = $1 and reference = $2', [
      source.id,
      reference,
    ]),
  )
}
