import type { Tx } from '../../db/orm.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { type CustomActionView, definitionOf, lockCustomAction } from '../../db/queries/customActions.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { withEdit } from '../../domain/actionEdit.ts'
import { withDefaults } from '../../domain/checkDefinition.ts'
import { checked } from '../input.ts'
import type { Role } from '../principal.ts'

/**
 * An edit laid over the stored action, checked like a new one. The action stays locked, so that of two edits of one
 * version exactly one wins. Throws `notFound`, `stale` and `invalid`.
 */
export async function checkedEdit(
  tx: Tx,
  id: string,
  edit: Record<string, unknown>,
  { version, role }: { version: number | null; role: Role },
): Promise<{ before: CustomActionView; definition: ActionDefinition }> {
  const before = await lockCustomAction(tx, id, version)
  const merged = checked(actionDefinitionSchema, withDefaults(withEdit(definitionOf(before), edit)))
  return { before, definition: await checkedDefinition(tx, merged, { isAdmin: role === 'admin' }) }
}
