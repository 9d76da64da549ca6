import type { ActionDefinition } from '../../domain/action.ts'
import type { FieldError } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'

const tables = ['action_group', 'facility', 'provider', 'appointment_type']

/** Ids in a definition that name nothing of this organization. What is disabled or deleted by the EHR still counts. */
export async function readUnknownReferences(tx: Tx, { groupId, filters }: ActionDefinition): Promise<FieldError[]> {
  const named = [
    ...(groupId === null ? [] : [{ table: 'action_group', path: 'groupId', id: groupId, noun: 'group' }]),
    ...(filters.facilityIds ?? []).map((id, index) => ({ table: 'facility', path: `filters.facilityIds[${index}]`, id, noun: 'facility' })),
    ...(filters.providerIds ?? []).map((id, index) => ({ table: 'provider', path: `filters.providerIds[${index}]`, id, noun: 'provider' })),
    ...(filters.appointmentTypeIds ?? []).map((id, index) => ({
      table: 'appointment_type',
      path: `filters.appointmentTypeIds[${index}]`,
      id,
      noun: 'appointment type',
    })),
  ]
  if (named.length === 0) return []
  const rows = await tx.query<{ kind: string; id: string }>(
    tables.map((table) => `select '${table}' as kind, id from ${table} where id = any($1::uuid[])`).join(' union all '),
    [named.map(({ id }) => id)],
  )
  const known = new Set(rows.map(({ kind, id }) => `${kind} ${id}`))
  return named.filter(({ table, id }) => !known.has(`${table} ${id}`)).map(({ path, noun }) => ({ path, message: `there is no such ${noun}` }))
}
