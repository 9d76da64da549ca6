import type { Tx } from '../../orm.ts'

/**
 * Where a survivor's own record says nothing of the birth, what a record says that was merged into it: somebody is not of
 * age because a newer record is shorter (Inbound: merges, the most restrictive wins).
 */
export async function keepBirth(tx: Tx, survivorId: string): Promise<void> {
  await tx.query(
    `update patient s set birth_date = r.birth_date, born_in = r.born_in from (
       select birth_date, born_in from patient where merged_into = $1 and (birth_date is not null or born_in is not null)
        order by external_id, id limit 1) r
      where s.id = $1 and s.birth_date is null and s.born_in is null and not 'birthDate' = any(s.practice_set)`,
    [survivorId],
    'inboundKeepBirth',
  )
}
