import type { ActionDefinition } from '../../domain/action.ts'
import { notFound } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { iso, type Stamp } from './values.ts'

/** What an action was at one of its versions, and who made it so (null: a program). */
export interface CustomActionVersionView {
  version: number
  at: string
  by: string | null
  definition: ActionDefinition
  /** The text that its template had then; null for an action with a text of its own. */
  templateMessage: ActionDefinition['message']
}
interface Row {
  version: number
  edited_at: Stamp
  name: string | null
  definition: ActionDefinition
  template_message: ActionDefinition['message']
}

/** Newest first; of a deleted action too. Throws `notFound`. */
export async function listCustomActionVersions(
  tx: Tx,
  actionId: string,
  page: PageRequest,
): Promise<Page<CustomActionVersionView>> {
  const known = await tx.query('select 1 from custom_action where id = $1', [actionId])
  if (known.length === 0) throw notFound('custom action')
  const after = decodeCursor(page.cursor, ['number'])
  const rows = await tx.query<Row>(
    `select v.version, v.edited_at, u.name, v.definition, v.template_message
       from custom_action_version v
       left join app_user u on u.organization_id = v.organization_id and u.id = v.edited_by
      where v.action_id = $1 and ($2::int is null or v.version < $2)
      order by v.version desc limit $3`,
    [actionId, after?.[0] ?? null, page.limit + 1],
  )
  const viewOf = ({ version, edited_at, name, definition, template_message }: Row) => ({
    version,
    at: iso(edited_at),
    by: name,
    definition,
    templateMessage: template_message,
  })
  return pageOf(rows, page.limit, viewOf, (row) => [row.version])
}

/** Throws `notFound`. */
export async function getCustomActionVersion(tx: Tx, actionId: string, version: number): Promise<ActionDefinition> {
  const [row] = await tx.query<{ definition: ActionDefinition }>(
    'select definition from custom_action_version where action_id = $1 and version = $2',
    [actionId, version],
  )
  if (!row) throw notFound('version of this action')
  return row.definition
}
