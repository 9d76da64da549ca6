import type * as z from 'zod'
import type { Tx } from '../../db/orm.ts'
import type { By } from '../../db/queries/audit.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { definitionOf, editCustomAction, lockCustomAction } from '../../db/queries/customActions.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import type { Role } from '../principal.ts'
import type { bulkEdit, bulkOutcome } from './customActionShapes.ts'

type Outcome = z.output<typeof bulkOutcome>['items'][number]

/** One change for many actions (C7): what can't be changed says why, and keeps no other from being changed. */
export async function editMany(
  tx: Tx,
  { ids, ...change }: z.output<typeof bulkEdit>,
  role: Role,
  by: By,
): Promise<z.output<typeof bulkOutcome>> {
  const outcomes = new Map<string, Outcome>()
  // Locked in one order, so that two bulk edits at once wait for each other instead of deadlocking.
  for (const id of [...new Set(ids)].sort()) outcomes.set(id, await editOne(tx, id, change, role, by))
  return { items: ids.flatMap((id) => outcomes.get(id) ?? []) }
}

async function editOne(
  tx: Tx,
  id: string,
  { status, skippedRules, groupId }: Omit<z.output<typeof bulkEdit>, 'ids'>,
  role: Role,
  by: By,
): Promise<Outcome> {
  try {
    const before = await lockCustomAction(tx, id, null)
    const old = definitionOf(before)
    const wanted = {
      ...old,
      status: status ?? old.status,
      skippedRules: skippedRules ?? old.skippedRules,
      groupId: groupId === undefined ? old.groupId : groupId,
    }
    const after = await editCustomAction(
      tx,
      before,
      await checkedDefinition(tx, wanted, { isAdmin: role === 'admin' }),
      by,
    )
    const outcome = after.version === before.version ? 'unchanged' : 'changed'
    return { id, outcome, version: after.version, errors: [] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.kind === 'notFound') return { id, outcome: 'notFound', version: null, errors: [] }
    return { id, outcome: 'refused', version: null, errors: error.errors.map(told) }
  }
}

function told({ path, message }: FieldError) {
  return { path, message }
}
