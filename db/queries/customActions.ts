import type { ActionDefinition } from '../../domain/action.ts'
import { changesPlan, countsAsEdit, sameDefinition } from '../../domain/actionEdit.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { takeConfigurationTurn, touchConfiguration } from './facts.ts'
import { beginReplanning } from './replanning.ts'
import { touchCareEventsOfActions } from './touches.ts'
import { at, iso, isoOrNull, type Stamp } from './values.ts'

/** A custom action as the contract shows it. */
export interface CustomActionView extends ActionDefinition {
  id: string
  version: number
  createdAt: string
  editedAt: string
  activatedAt: string | null
}
export interface ActionRow {
  id: string
  version: number
  definition: ActionDefinition
  created_at: Stamp
  edited_at: Stamp
  activated_at: Stamp | null
}
export const actionColumns = 'a.id, a.version, a.definition, a.created_at, a.edited_at, a.activated_at'

export function actionOf(row: ActionRow): CustomActionView {
  return {
    id: row.id,
    version: row.version,
    createdAt: iso(row.created_at),
    editedAt: iso(row.edited_at),
    activatedAt: isoOrNull(row.activated_at),
    ...row.definition,
  }
}

/** Throws `notFound`, for deleted ones too. */
export async function getCustomAction(tx: Tx, id: string): Promise<CustomActionView> {
  const [row] = await tx.query<ActionRow>(
    `select ${actionColumns} from custom_action a where a.id = $1 and a.deleted_at is null`,
    [id],
  )
  if (!row) throw notFound('custom action')
  return actionOf(row)
}

/**
 * The action, locked until the transaction ends, so that of two edits made from one version exactly one wins. It is this
 * organization's turn to be edited then. Throws `notFound`, and `stale` when `version` is not the current one (null:
 * whichever it is).
 */
export async function lockCustomAction(tx: Tx, id: string, version: number | null): Promise<CustomActionView> {
  await takeConfigurationTurn(tx)
  return lockActionRow(tx, id, version)
}

/** The same for what changes nothing that plans share, such as a catch-up: other edits need not wait for it. */
export async function lockActionRow(tx: Tx, id: string, version: number | null = null): Promise<CustomActionView> {
  const [row] = await tx.query<ActionRow>(
    `select ${actionColumns} from custom_action a where a.id = $1 and a.deleted_at is null for update`,
    [id],
  )
  if (!row) throw notFound('custom action')
  requireVersion(row, version)
  return actionOf(row)
}

/** As it is, for an edit that is only looked at. Throws like `lockCustomAction`. */
export async function readCustomAction(tx: Tx, id: string, version: number | null): Promise<CustomActionView> {
  const action = await getCustomAction(tx, id)
  requireVersion(action, version)
  return action
}

function requireVersion({ version }: { version: number }, edited: number | null): void {
  if (edited !== null && edited !== version)
    throw new Problem(
      'stale',
      `The action is at version ${version}, your edit was made from ${edited}: read it again and redo the edit.`,
    )
}

/** Stores a checked definition as version 1, and has the care events it concerns planned anew. */
export async function createCustomAction(tx: Tx, definition: ActionDefinition, by: By): Promise<CustomActionView> {
  const id = newId()
  const now = at(by.now)
  const [row] = await tx.query<ActionRow>(
    `insert into custom_action as a (organization_id, id, type, title, group_id, template_id, status, position, definition,
                                     version, created_at, edited_at, activated_at, updated_at)
     values (current_setting('app.organization_id')::uuid, $1, $2, $3, $4, $5, $6, 0, $7::jsonb, 1, $8, $8, $9, $8)
     returning ${actionColumns}`,
    [
      id,
      definition.type,
      definition.title,
      definition.groupId,
      definition.templateId,
      definition.status,
      JSON.stringify(definition),
      now,
      definition.status === 'active' ? now : null,
    ],
  )
  if (!row) throw new Error('insert into custom_action returned no row')
  await storeVersion(tx, id, 1, definition, by)
  await settle(tx, [definition], id, by, { action: 'created', after: definition })
  return actionOf(row)
}

/** Stores an edit, checked before, of an action locked by `lockCustomAction`. What changes nothing makes no version. */
export async function editCustomAction(
  tx: Tx,
  before: CustomActionView,
  definition: ActionDefinition,
  by: By,
): Promise<CustomActionView> {
  const old = definitionOf(before)
  if (sameDefinition(old, definition)) return before
  const activated = old.status === 'inactive' && definition.status === 'active'
  const [row] = await tx.query<ActionRow>(
    `update custom_action a
        set type = $2, title = $3, group_id = $4, template_id = $5, status = $6, definition = $7::jsonb,
            version = a.version + 1, updated_at = $8,
            edited_at = case when $9 then $8 else a.edited_at end,
            activated_at = case when $10 then $8 else a.activated_at end
      where a.id = $1 returning ${actionColumns}`,
    [
      before.id,
      definition.type,
      definition.title,
      definition.groupId,
      definition.templateId,
      definition.status,
      JSON.stringify(definition),
      at(by.now),
      countsAsEdit(old, definition),
      activated,
    ],
  )
  if (!row) throw notFound('custom action')
  await storeVersion(tx, before.id, row.version, definition, by)
  const change = { action: 'edited', before: old, after: definition }
  // Of another type it is about other care events, and those that it was about lose what waits.
  await settle(tx, changesPlan(old, definition) ? [definition, old] : [], before.id, by, change)
  return actionOf(row)
}

/** The definition inside a view: what an admin wrote, without what the server keeps. */
export function definitionOf(view: CustomActionView): ActionDefinition {
  const {
    id: _id,
    version: _version,
    createdAt: _createdAt,
    editedAt: _editedAt,
    activatedAt: _activatedAt,
    ...definition
  } = view
  return definition
}

/** The row stays, for the ledger and the versions; nothing lists or plans it any more. */
export async function deleteCustomAction(tx: Tx, id: string, version: number | null, by: By): Promise<void> {
  const before = await lockCustomAction(tx, id, version)
  await tx.query('update custom_action set deleted_at = $2, updated_at = $2, version = version + 1 where id = $1', [
    id,
    at(by.now),
  ])
  await settle(tx, [definitionOf(before)], id, by, { action: 'deleted', before: definitionOf(before) })
}

/** Keeps what an action is at a version, with the text that its template had then. */
export async function storeVersion(
  tx: Tx,
  id: string,
  version: number,
  definition: ActionDefinition,
  by: By,
): Promise<void> {
  await tx.query(
    `insert into custom_action_version (organization_id, action_id, version, definition, template_message, edited_at, edited_by)
     values (current_setting('app.organization_id')::uuid, $1, $2, $3::jsonb, (select message from message_template where id = $4), $5, $6)`,
    [id, version, JSON.stringify(definition), definition.templateId, at(by.now), by.who.userId],
  )
}

/**
 * What every change of an action ends with: caches see a new revision, what it may be or was about is planned anew (no
 * definition: no plan hangs on the change), the audit trail knows.
 */
async function settle(
  tx: Tx,
  definitions: readonly ActionDefinition[],
  id: string,
  by: By,
  change: { action: string; before?: ActionDefinition; after?: ActionDefinition },
): Promise<void> {
  await touchConfiguration(tx)
  if (definitions.length > 0) {
    const concerned = definitions.map((definition) => ({ id, definition }))
    await touchCareEventsOfActions(tx, concerned, by.now)
    await beginReplanning(tx, 'customAction', id)
  }
  const reason = change.after?.message?.phiReason ?? null
  await recordAudit(tx, by, { subject: 'customAction', subjectId: id, reason, ...change })
}
