import type { Tx } from '../../db/orm.ts'
import { listTemplates } from '../../db/queries/templates.ts'
import { everyPage } from '../everyPage.ts'

/** The message templates that an action can send. */
export async function readTemplateNames(tx: Tx): Promise<{ id: string; name: string }[]> {
  return (await everyPage((page) => listTemplates(tx, page))).map(({ id, name }) => ({ id, name }))
}
