import type { Instant } from '../../../domain/instant.ts'
import type { Database, Tx } from '../../orm.ts'
import { at } from '../values.ts'
import type { TakenSource } from './pullLease.ts'

/** How far the pull of one type of resource is. */
export interface PullProgress {
  since: Instant | null
  roundBeganAt: Instant | null
  nextPage: string | null
  pages: number
  resources: number
  firstRoundDoneAt: Instant | null
  roundDoneAt: Instant | null
}

export const notBegun: PullProgress = {
  since: null,
  roundBeganAt: null,
  nextPage: null,
  pages: 0,
  resources: 0,
  firstRoundDoneAt: null,
  roundDoneAt: null,
}

/** The source is somebody else's by now: what was fetched is stored, how far it was is theirs to say. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

interface Row {
  resource_type: string
  since: Date | null
  round_began_at: Date | null
  next_page: string | null
  pages: number
  resources: number
  first_round_done_at: Date | null
  round_done_at: Date | null
}

/** By type of resource; a type that was never begun has none. */
export async function readPullProgress(
  database: Database,
  { source }: TakenSource,
): Promise<Map<string, PullProgress>> {
  const rows = await database.inOrganization(source.organizationId, (tx) =>
    tx.query<Row>(
      `select resource_type, since, round_began_at, next_page, pages, resources, first_round_done_at, round_done_at
         from ehr_pull where source_id = $1`,
      [source.id],
    ),
  )
  const instant = (date: Date | null) => date?.getTime() ?? null
  return new Map(
    rows.map((row) => [
      row.resource_type,
      {
        since: instant(row.since),
        roundBeganAt: instant(row.round_began_at),
        nextPage: row.next_page,
        pages: row.pages,
        resources: row.resources,
        firstRoundDoneAt: instant(row.first_round_done_at),
        roundDoneAt: instant(row.round_done_at),
      },
    ]),
  )
}

/** Throws `LeaseLost`. */
export async function savePullProgress(
  database: Database,
  taken: TakenSource,
  type: string,
  progress: PullProgress,
): Promise<void> {
  const date = (instant: Instant | null) => (instant === null ? null : at(instant))
  await database.inOrganization(taken.source.organizationId, async (tx) => {
    await checkLease(tx, taken)
    await tx.query(
      `insert into ehr_pull (organization_id, source_id, resource_type, since, round_began_at, next_page, pages, resources,
         first_round_done_at, round_done_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (organization_id, source_id, resource_type) do update set since = excluded.since,
         round_began_at = excluded.round_began_at, next_page = excluded.next_page, pages = excluded.pages,
         resources = excluded.resources, first_round_done_at = excluded.first_round_done_at,
         round_done_at = excluded.round_done_at`,
      [
        tx.organizationId,
        taken.source.id,
        type,
        date(progress.since),
        date(progress.roundBeganAt),
        progress.nextPage,
        progress.pages,
        progress.resources,
        date(progress.firstRoundDoneAt),
        date(progress.roundDoneAt),
      ],
      'savePullProgress',
    )
  })
}

/** Whoever edits the settings, or takes the source after us, waits until this is committed, or is seen here. */
async function checkLease(tx: Tx, { source, lease }: TakenSource): Promise<void> {
  const rows = await tx.query(
    'select 1 from ehr_source where id = $1 and pull_lease = $2 and version = $3 for share',
    [source.id, lease, source.version],
    'checkPullLease',
  )
  if (rows.length === 0) throw new LeaseLost()
}
