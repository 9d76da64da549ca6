import type { Tx } from '../orm.ts'

/** How patients are called in lists, by id; who has no name is missing. */
export async function readPatientNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    `select p.id, p.name from (
       select id, nullif(concat_ws(' ', coalesce(preferred_name, first_name), last_name), '') as name
         from patient where id = any($1::uuid[])) p where p.name is not null`,
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
