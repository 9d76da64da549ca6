import type { ActionDefinition } from '../../domain/action.ts'
import type { Tx } from '../orm.ts'

/** A definition with the text of its template as its own, as plans read it; without one where the template is gone. */
export async function withTemplateMessage(tx: Tx, definition: ActionDefinition): Promise<ActionDefinition> {
  if (definition.templateId === null) return definition
  const [row] = await tx.query<{ message: ActionDefinition['message'] }>(
    'select message from message_template where id = $1 and deleted_at is null',
    [definition.templateId],
  )
  return { ...definition, message: row?.message ?? null }
}
