import { notFound } from '../../domain/problem.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { takeConfigurationTurn, touchConfiguration } from './facts.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { at } from './values.ts'

export interface ActionGroupView {
  id: string
  name: string
  position: number
}

/** In the order the practice gave them. */
export async function listGroups(tx: Tx, page: PageRequest): Promise<Page<ActionGroupView>> {
  const after = decodeCursor(page.cursor, ['number', 'id'])
  const rows = await tx.query<ActionGroupView>(
    `select id, name, position from action_group
      where $1::int is null or (position, id) > ($1, $2::uuid)
      order by position, id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  )
  return pageOf(
    rows,
    page.limit,
    (row) => ({ ...row }),
    (row) => [row.position, row.id],
  )
}

async function getGroup(tx: Tx, id: string): Promise<ActionGroupView> {
  const [row] = await tx.query<ActionGroupView>('select id, name, position from action_group where id = $1', [id])
  if (!row) throw notFound('group')
  return row
}

export async function createGroup(
  tx: Tx,
  group: { name: string; position?: number | undefined },
  by: By,
): Promise<ActionGroupView> {
  const id = newId()
  await tx.query(
    `insert into action_group (organization_id, id, name, position, version, created_at, updated_at)
     values (current_setting('app.organization_id')::uuid, $1, $2, 1000000, 1, $3, $3)`,
    [id, group.name, at(by.now)],
  )
  await arrange(tx, id, group.position)
  const created = await getGroup(tx, id)
  await recordAudit(tx, by, { action: 'created', subject: 'group', subjectId: id, after: created })
  return created
}

/** Throws `notFound`. */
export async function updateGroup(
  tx: Tx,
  id: string,
  edit: { name?: string | undefined; position?: number | undefined },
  by: By,
): Promise<ActionGroupView> {
  const before = await getGroup(tx, id)
  if (edit.name !== undefined)
    await tx.query('update action_group set name = $2, version = version + 1, updated_at = $3 where id = $1', [
      id,
      edit.name,
      at(by.now),
    ])
  if (edit.position !== undefined) await arrange(tx, id, edit.position)
  const after = await getGroup(tx, id)
  await recordAudit(tx, by, { action: 'edited', subject: 'group', subjectId: id, before, after })
  return after
}

/** Its actions stay and belong to no group; what they send does not change, so nothing is planned anew. */
export async function deleteGroup(tx: Tx, id: string, by: By): Promise<void> {
  await takeConfigurationTurn(tx)
  const before = await getGroup(tx, id)
  await tx.query(
    `with moved as (
       update custom_action set group_id = null, definition = jsonb_set(definition, '{groupId}', 'null'),
              version = version + 1, updated_at = $2 where group_id = $1 returning organization_id, id, version, definition, template_id)
     insert into custom_action_version (organization_id, action_id, version, definition, template_message, edited_at, edited_by)
     select m.organization_id, m.id, m.version, m.definition, t.message, $2, $3 from moved m
       left join message_template t on t.organization_id = m.organization_id and t.id = m.template_id`,
    [id, at(by.now), by.who.userId],
  )
  await touchConfiguration(tx)
  await tx.query('delete from action_group where id = $1', [id])
  await recordAudit(tx, by, { action: 'deleted', subject: 'group', subjectId: id, before })
}

/** Positions are 0, 1, 2, …: `id` goes to `position` (last without one), the others keep their order around it. */
async function arrange(tx: Tx, id: string, position: number | undefined): Promise<void> {
  await tx.query('select id from action_group order by id for update', [])
  await tx.query(
    `update action_group g set position = o.position
       from (select id, (row_number() over (order by slot, moved desc))::int - 1 as position
               from (select id, id = $1::uuid as moved,
                            case when id = $1::uuid then $2::int
                                 else (row_number() over (partition by id = $1::uuid order by position, id))::int - 1 end as slot
                       from action_group) s) o
      where g.id = o.id and g.position <> o.position`,
    [id, position ?? 1_000_000],
  )
}
