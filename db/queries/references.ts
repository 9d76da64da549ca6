import type { ActionDefinition } from '../../domain/action.ts'
import type { DefinitionSurroundings } from '../../domain/checkDefinition.ts'
import type { Tx } from '../orm.ts'

const notDeleted = ' and deleted_at is null'

/**
 * Of the ids that a definition names, those that this organization has. What is disabled or deleted by the EHR counts.
 * Who stores the definition has taken the configuration's turn: nothing of it is deleted meanwhile.
 */
export async function readKnownIds(
  tx: Tx,
  { groupId, templateId, filters, recipients }: ActionDefinition,
): Promise<NonNullable<DefinitionSurroundings['known']>> {
  const known = async (table: string, ids: readonly string[] | null, also = ''): Promise<ReadonlySet<string>> => {
    if (ids === null || ids.length === 0) return new Set()
    const rows = await tx.query<{ id: string }>(`select id from ${table} where id = any($1::uuid[])${also}`, [[...ids]])
    return new Set(rows.map(({ id }) => id))
  }
  return {
    templateIds: await known('message_template', templateId === null ? null : [templateId], notDeleted),
    groupIds: await known('action_group', groupId === null ? null : [groupId]),
    facilityIds: await known('facility', filters.facilityIds),
    providerIds: await known('provider', filters.providerIds),
    appointmentTypeIds: await known('appointment_type', filters.appointmentTypeIds),
    staffIds: recipients.kind === 'staff' ? await known('staff_member', recipients.staffIds, notDeleted) : new Set(),
  }
}
