import type { ActionDefinition } from '../../domain/action.ts'
import type { Tx } from '../orm.ts'
import type { By } from './audit.ts'
import { touchConfiguration } from './facts.ts'
import { touchCareEventsOfActions } from './touches.ts'
import { at } from './values.ts'

/** An action that sends a template's text. */
export interface TemplateUser {
  id: string
  title: string
  definition: ActionDefinition
}

/**
 * An edit of a template's text is one of each action that uses it: a version of its own, the recentEdit rule, and what
 * waits is planned anew (Delivery rules: text, template).
 */
export async function countEditOfUsers(tx: Tx, templateId: string, by: By): Promise<void> {
  const edited = await tx.query<TemplateUser>(
    `with edited as (
       update custom_action set version = version + 1, edited_at = $2, updated_at = $2
        where template_id = $1 and deleted_at is null returning organization_id, id, title, version, definition, template_id),
     stored as (
       insert into custom_action_version (organization_id, action_id, version, definition, template_message, edited_at, edited_by)
       select e.organization_id, e.id, e.version, e.definition, t.message, $2, $3
         from edited e join message_template t on t.organization_id = e.organization_id and t.id = e.template_id)
     select id, title, definition from edited`,
    [templateId, at(by.now), by.who.userId],
  )
  await touchConfiguration(tx)
  await touchCareEventsOfActions(tx, edited, by.now)
}
