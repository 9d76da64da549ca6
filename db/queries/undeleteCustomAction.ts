import { notFound } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import {
  type ActionRow,
  actionColumns,
  actionOf,
  type CustomActionView,
  definitionOf,
  storeVersion,
} from './customActions.ts'
import { takeConfigurationTurn, touchConfiguration } from './facts.ts'
import { undeleteTemplate } from './templates.ts'
import { touchCareEventsOfAction } from './touches.ts'
import { at } from './values.ts'

/**
 * Takes a deletion back: the action is as it was, its template too, and what is still due is planned again. An action that is not
 * deleted stays untouched, so that undoing twice is harmless. Throws `notFound`.
 */
export async function undeleteCustomAction(tx: Tx, id: string, by: By): Promise<CustomActionView> {
  await takeConfigurationTurn(tx)
  const [row] = await tx.query<ActionRow & { deleted: boolean }>(
    `select ${actionColumns}, a.deleted_at is not null as deleted from custom_action a where a.id = $1 for update`,
    [id],
  )
  if (!row) throw notFound('custom action')
  if (!row.deleted) return actionOf(row)
  const [restored] = await tx.query<ActionRow>(
    `update custom_action a set deleted_at = null, updated_at = $2, version = a.version + 1
      where a.id = $1 returning ${actionColumns}`,
    [id, at(by.now)],
  )
  if (!restored) throw notFound('custom action')
  const view = actionOf(restored)
  if (view.templateId !== null) await undeleteTemplate(tx, view.templateId, by)
  await storeVersion(tx, id, view.version, definitionOf(view), by)
  await touchConfiguration(tx)
  await touchCareEventsOfAction(tx, id, definitionOf(view), by.now)
  await recordAudit(tx, by, { action: 'undeleted', subject: 'customAction', subjectId: id, after: definitionOf(view) })
  return view
}
