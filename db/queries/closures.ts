import { invalid, notFound } from '../../domain/problem.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { touchConfiguration } from './facts.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { beginReplanning } from './replanning.ts'
import { touchAllCareEvents } from './touches.ts'
import { at } from './values.ts'

/** Days on which a facility (null: the whole organization) is closed; both ends belong to it. */
export interface ClosureView {
  id: string
  facilityId: string | null
  from: string
  to: string
  name: string
}
export type ClosureInput = Omit<ClosureView, 'id'>

const columns = `id, facility_id as "facilityId", from_date::text as "from", to_date::text as "to", name`

export async function listClosures(tx: Tx, page: PageRequest): Promise<Page<ClosureView>> {
  const after = decodeCursor(page.cursor, ['day', 'id'])
  const rows = await tx.query<ClosureView>(
    `select ${columns} from closure where $1::date is null or (from_date, id) > ($1::date, $2::uuid)
      order by from_date, id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  )
  return pageOf(
    rows,
    page.limit,
    (row) => ({ ...row }),
    (row) => [row.from, row.id],
  )
}

async function getClosure(tx: Tx, id: string): Promise<ClosureView> {
  const [row] = await tx.query<ClosureView>(`select ${columns} from closure where id = $1`, [id])
  if (!row) throw notFound('closure')
  return { ...row }
}

/** A closed day moves what was due on it, so everything that may still send is planned anew. */
async function settle(
  tx: Tx,
  id: string,
  by: By,
  change: { action: string; before?: unknown; after?: unknown },
): Promise<void> {
  await touchConfiguration(tx)
  await touchAllCareEvents(tx, by.now)
  await beginReplanning(tx, 'organization', tx.organizationId)
  await recordAudit(tx, by, { subject: 'closure', subjectId: id, ...change })
}

/** Throws `invalid` for a facility of nobody. */
export async function createClosure(tx: Tx, closure: ClosureInput, by: By): Promise<ClosureView> {
  if (closure.facilityId !== null) {
    const known = await tx.query('select 1 from facility where id = $1', [closure.facilityId])
    if (known.length === 0) throw invalid([{ path: 'facilityId', message: 'there is no facility with this id' }])
  }
  const id = newId()
  await tx.query(
    `insert into closure (organization_id, id, facility_id, from_date, to_date, name, version, created_at, updated_at)
     values (current_setting('app.organization_id')::uuid, $1, $2, $3::date, $4::date, $5, 1, $6, $6)`,
    [id, closure.facilityId, closure.from, closure.to, closure.name, at(by.now)],
  )
  const after = await getClosure(tx, id)
  await settle(tx, id, by, { action: 'created', after })
  return after
}

/** Throws `notFound`. */
export async function deleteClosure(tx: Tx, id: string, by: By): Promise<void> {
  const before = await getClosure(tx, id)
  await tx.query('delete from closure where id = $1', [id])
  await settle(tx, id, by, { action: 'deleted', before })
}
