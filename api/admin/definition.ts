import type { Tx } from '../../db/orm.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import {
  type CustomActionView,
  definitionOf,
  lockCustomAction,
  readCustomAction,
} from '../../db/queries/customActions.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../../domain/action.ts'
import { withEdit } from '../../domain/actionEdit.ts'
import { withDefaults } from '../../domain/checkDefinition.ts'
import { invalid } from '../../domain/problem.ts'
import { checked } from '../input.ts'
import type { Role } from '../principal.ts'

/**
 * An edit laid over the stored action, checked like a new one. The action stays locked, so that of two edits of one
 * version exactly one wins; not when it is only looked at. Throws `notFound`, `stale` and `invalid`.
 */
export async function checkedEdit(
  tx: Tx,
  id: string,
  edit: Record<string, unknown>,
  { version, role, saves = true }: { version: number | null; role: Role; saves?: boolean },
): Promise<{ before: CustomActionView; definition: ActionDefinition }> {
  const before = await (saves ? lockCustomAction : readCustomAction)(tx, id, version)
  const changes = withoutReadOnly(before, edit)
  const merged = checked(actionDefinitionSchema, withDefaults(withEdit(definitionOf(before), changes)))
  return { before, definition: await checkedDefinition(tx, merged, { isAdmin: role === 'admin', saves }) }
}

const readOnly = ['id', 'version', 'createdAt', 'editedAt', 'activatedAt'] as const

/** Who read the whole action may send the whole of it back; what the server keeps can't be changed that way. */
function withoutReadOnly(before: CustomActionView, edit: Record<string, unknown>): Record<string, unknown> {
  const { waiting: _waiting, sentLast7Days: _sent, replanning: _replanning, ...changes } = edit
  const errors = readOnly
    .filter((name) => name in changes && changes[name] !== before[name])
    .map((path) => ({ path, message: 'is kept by the server: leave it out' }))
  if (errors.length > 0) throw invalid(errors)
  return Object.fromEntries(Object.entries(changes).filter(([name]) => !readOnly.some((kept) => kept === name)))
}
