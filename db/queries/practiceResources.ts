import { notFound, Problem } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { takeConfigurationTurn, touchConfiguration } from './facts.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { type PracticeResource, touchCareEventsOfResources } from './touches.ts'
import { at } from './values.ts'

export type { PracticeResource } from './touches.ts'

export interface ResourceView {
  id: string
  externalId: string | null
  name: string
  publicName: string | null
  sensitive: boolean
  enabled: boolean
}
export interface FacilityView extends ResourceView {
  timeZone: string | null
  state: string | null
  phone: string | null
  address: string | null
}

const shared = `id, external_id as "externalId", name, public_name as "publicName"`
/** In the order of the contract. */
const columns: Record<PracticeResource, string> = {
  facility: `${shared}, time_zone as "timeZone", state, phone, address, sensitive, enabled`,
  provider: `${shared}, sensitive, enabled`,
  appointment_type: `${shared}, sensitive, enabled`,
}
/** What the practice may set, by the contract's name. */
const settable: Record<string, string> = {
  publicName: 'public_name',
  sensitive: 'sensitive',
  enabled: 'enabled',
  timeZone: 'time_zone',
  state: 'state',
  phone: 'phone',
  address: 'address',
}
/** What plans hang on; names and addresses are read when a text is rendered. */
const inPlans = ['sensitive', 'enabled', 'timeZone', 'state']
const words: Record<PracticeResource, string> = {
  facility: 'facility',
  provider: 'provider',
  appointment_type: 'appointment type',
}

export interface ResourceFilter extends PageRequest {
  enabled?: boolean | undefined
  q?: string | undefined
}

/** By name. What the EHR deleted stays listed. */
export async function listResources<T extends ResourceView>(
  tx: Tx,
  kind: PracticeResource,
  filter: ResourceFilter,
): Promise<Page<T>> {
  const after = decodeCursor(filter.cursor, ['text', 'id'])
  const rows = await tx.query<T & { sortKey: string }>(
    `select ${columns[kind]}, lower(name) collate "C" as "sortKey" from ${kind}
      where ($1::boolean is null or enabled = $1) and ($2::text is null or position(lower($2) in lower(concat_ws(' ', name, public_name))) > 0)
        and ($3::text is null or (lower(name) collate "C", id) > ($3, $4::uuid))
      order by lower(name) collate "C", id limit $5`,
    [filter.enabled ?? null, filter.q || null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(
    rows,
    filter.limit,
    ({ sortKey: _sortKey, ...row }) => row as unknown as T,
    // As the database writes it small: not every letter is written alike here.
    (row) => [row.sortKey, row.id],
  )
}

/** Throws `notFound`. */
export async function getResource<T extends ResourceView>(tx: Tx, kind: PracticeResource, id: string): Promise<T> {
  const [row] = await tx.query<T>(`select ${columns[kind]} from ${kind} where id = $1`, [id])
  if (!row) throw notFound(words[kind])
  return { ...row }
}

/**
 * What the practice sets itself, remembered as such, so that a sync never overwrites it; the care events there are
 * planned anew. Throws `notFound`.
 */
export async function updateResource<T extends ResourceView>(
  tx: Tx,
  kind: PracticeResource,
  id: string,
  edit: Record<string, unknown>,
  by: By,
): Promise<T> {
  await takeConfigurationTurn(tx)
  const { after, changed } = await change<T>(tx, kind, id, edit, by)
  if (changed) await follow(tx, kind, [id], edit, by)
  return after
}

export interface ResourceOutcome {
  id: string
  outcome: 'changed' | 'unchanged' | 'notFound'
}

/** One edit of many: what is not there keeps no other from being changed, and what waits is touched once. */
export async function updateResources(
  tx: Tx,
  kind: PracticeResource,
  ids: readonly string[],
  edit: Record<string, unknown>,
  by: By,
): Promise<ResourceOutcome[]> {
  await takeConfigurationTurn(tx)
  const outcomes = new Map<string, ResourceOutcome['outcome']>()
  // In one order, so that two such edits at once wait for each other instead of deadlocking.
  for (const id of [...new Set(ids)].sort()) {
    const done = await change(tx, kind, id, edit, by).catch(ignoreMissing)
    outcomes.set(id, done === null ? 'notFound' : done.changed ? 'changed' : 'unchanged')
  }
  const changed = [...outcomes].flatMap(([id, outcome]) => (outcome === 'changed' ? [id] : []))
  if (changed.length > 0) await follow(tx, kind, changed, edit, by)
  return ids.map((id) => ({ id, outcome: outcomes.get(id) ?? 'notFound' }))
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Problem && error.kind === 'notFound') return null
  throw error
}

async function change<T extends ResourceView>(
  tx: Tx,
  kind: PracticeResource,
  id: string,
  edit: Record<string, unknown>,
  by: By,
): Promise<{ after: T; changed: boolean }> {
  await tx.query(`select id from ${kind} where id = $1 for no key update`, [id])
  const before = await getResource<T>(tx, kind, id)
  const changes = given(edit)
  if (changes.length === 0) return { after: before, changed: false }
  const sets = changes.map(([name], index) => `${settable[name]} = $${index + 4}`)
  await tx.query(
    `update ${kind} set ${sets.join(', ')}, version = version + 1, updated_at = $2,
            practice_set = array(select distinct unnest(practice_set || $3::text[]) order by 1)
      where id = $1`,
    [id, at(by.now), changes.map(([name]) => name), ...changes.map(([, value]) => value)],
  )
  const after = await getResource<T>(tx, kind, id)
  if (JSON.stringify(before) === JSON.stringify(after)) return { after, changed: false }
  await recordAudit(tx, by, { action: 'edited', subject: words[kind], subjectId: id, before, after })
  return { after, changed: true }
}

/** Plans follow: sleeping workflows are woken, or find it when they wake (Engine: touch, plan, signal). */
async function follow(
  tx: Tx,
  kind: PracticeResource,
  ids: readonly string[],
  edit: Record<string, unknown>,
  by: By,
): Promise<void> {
  await touchConfiguration(tx)
  if (given(edit).some(([name]) => inPlans.includes(name))) await touchCareEventsOfResources(tx, kind, ids, by.now)
}

function given(edit: Record<string, unknown>): [string, unknown][] {
  return Object.entries(edit).filter(([name, value]) => value !== undefined && settable[name] !== undefined)
}
