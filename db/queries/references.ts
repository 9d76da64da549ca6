import type { ActionDefinition } from '../../domain/action.ts'
import type { DefinitionSurroundings } from '../../domain/checkDefinition.ts'
import type { Tx } from '../orm.ts'

/** Of the ids that a definition names, those that this organization has. What is disabled or deleted by the EHR counts. */
export async function readKnownIds(
  tx: Tx,
  { groupId, templateId, filters, recipients }: ActionDefinition,
): Promise<NonNullable<DefinitionSurroundings['known']>> {
  const known = async (table: string, ids: readonly string[] | null): Promise<ReadonlySet<string>> => {
    if (ids === null || ids.length === 0) return new Set()
    const rows = await tx.query<{ id: string }>(`select id from ${table} where id = any($1::uuid[])`, [[...ids]])
    return new Set(rows.map(({ id }) => id))
  }
  // Locked until the action is stored: a template that somebody starts to use is not deleted at the same moment.
  const templates =
    templateId === null
      ? []
      : await tx.query<{ id: string }>(
          'select id from message_template where id = $1 and deleted_at is null for share',
          [templateId],
        )
  return {
    templateIds: new Set(templates.map(({ id }) => id)),
    groupIds: await known('action_group', groupId === null ? null : [groupId]),
    facilityIds: await known('facility', filters.facilityIds),
    providerIds: await known('provider', filters.providerIds),
    appointmentTypeIds: await known('appointment_type', filters.appointmentTypeIds),
    staffIds: recipients.kind === 'staff' ? await knownStaff(tx, recipients.staffIds) : new Set(),
  }
}

/** Kept from being deleted until the action is stored; an edit of them does not wait. */
async function knownStaff(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.query<{ id: string }>(
    'select id from staff_member where id = any($1::uuid[]) and deleted_at is null order by id for key share',
    [[...ids]],
  )
  return new Set(rows.map(({ id }) => id))
}
