import type { Tx } from '../orm.ts'

/** How far the planning anew is that an edit caused: care events touched, and those not planned yet. */
export interface Replanning {
  total: number
  left: number
}

const tables = { customAction: 'custom_action', organization: 'organization' } as const

/**
 * Remembers how many care events an edit has to be planned anew, those of an earlier edit that are left included. In the
 * edit's own transaction, after it touched them.
 */
export async function beginReplanning(tx: Tx, kind: keyof typeof tables, id: string): Promise<void> {
  await tx.query(
    `update ${tables[kind]} set replanning_total = (
       select count(*) from outbox o where o.organization_id = $1 and o.edit_id = $2) where id = $2`,
    [tx.organizationId, id],
  )
}

/** Of actions and the organization, by id, what is still being planned anew; what is done is missing. */
export async function readReplanning(tx: Tx, ids: readonly string[]): Promise<Map<string, Replanning>> {
  const rows = await tx.query<{ id: string; total: number; left: number }>(
    `select t.id, greatest(t.left, a.replanning_total, g.replanning_total)::int as total, t.left::int as left
       from (select o.edit_id as id, count(*) as left from outbox o
              where o.organization_id = $1 and o.edit_id = any($2::uuid[]) group by 1) t
       left join custom_action a on a.organization_id = $1 and a.id = t.id
       left join organization g on g.id = t.id`,
    [tx.organizationId, ids],
  )
  return new Map(rows.map(({ id, total, left }) => [id, { total, left }]))
}

export interface ReplanningEdit extends Replanning {
  /** null: the organization's rules, settings or resources. */
  actionId: string | null
  title: string | null
}

/** Everything that is being planned anew after an edit, the organization's first. */
export async function listReplanning(tx: Tx): Promise<ReplanningEdit[]> {
  const found = await tx.query<{ id: string }>(
    'select distinct edit_id as id from outbox where organization_id = $1 and edit_id is not null',
    [tx.organizationId],
  )
  const progress = await readReplanning(
    tx,
    found.map(({ id }) => id),
  )
  const titles = await tx.query<{ id: string; title: string }>(
    'select id, title from custom_action where id = any($1::uuid[]) order by lower(title), id',
    [[...progress.keys()]],
  )
  const ofOrganization = progress.get(tx.organizationId)
  return [
    ...(ofOrganization ? [{ actionId: null, title: null, ...ofOrganization }] : []),
    ...titles.flatMap(({ id, title }) => {
      const own = progress.get(id)
      return own ? [{ actionId: id, title, ...own }] : []
    }),
  ]
}

/** As the contract shows it: there only while it goes on. */
export function shownReplanning(progress: Replanning | undefined): { replanning?: Replanning } {
  return progress === undefined ? {} : { replanning: progress }
}

/** An action or the organization, with how far its planning anew is. */
export async function withReplanning<T extends { id: string }>(
  tx: Tx,
  view: T,
): Promise<T & { replanning?: Replanning }> {
  return { ...view, ...shownReplanning((await readReplanning(tx, [view.id])).get(view.id)) }
}
