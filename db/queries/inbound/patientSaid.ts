import type { PatientContent } from '../../../domain/inbound/normalForm.ts'
import type { Tx } from '../../orm.ts'
import { at } from '../values.ts'
import { patientColumns, type SyncedColumn, syncedColumns } from './patientColumns.ts'

const casts: Partial<Record<SyncedColumn, string>> = {
  birth_date: 'date',
  active: 'boolean',
  deceased: 'boolean',
  telecom: 'jsonb',
}

/** The columns of which a record that leaves out what it does not know says something; what belongs together goes together. */
function saidColumns(content: PatientContent): SyncedColumn[] {
  const { firstName, lastName, preferredName, birthDate, bornIn, address } = content
  const groups: [isSaid: boolean, columns: SyncedColumn[]][] = [
    [content.mrn !== null, ['mrn']],
    [firstName !== null || lastName !== null, ['first_name', 'last_name']],
    [preferredName !== null, ['preferred_name']],
    [birthDate !== null || bornIn !== null, ['birth_date', 'born_in']],
    [content.language !== null, ['language']],
    [content.zone !== null, ['time_zone']],
    [address !== null, ['address_line', 'city', 'address_state', 'postal_code', 'country']],
    [content.deceased, ['deceased']],
    [content.contactPoints.length > 0, ['telecom']],
  ]
  return groups.flatMap(([isSaid, columns]) => (isSaid ? columns : []))
}

/**
 * Writes what a partial record says of a patient who is known, and leaves the rest; whether it was anything new. What
 * the practice set itself stays.
 */
export async function writeSaid(tx: Tx, id: string, content: PatientContent, now: number): Promise<boolean> {
  const said = patientColumns(content)
  const names = saidColumns(content)
  if (names.length === 0) return false
  const next = names.map((name, index) => {
    const value = `$${index + 3}::${casts[name] ?? 'text'}`
    return `case when '${syncedColumns[name]}' = any(practice_set) then ${name} else ${value} end`
  })
  const rows = await tx.query(
    `update patient set updated_at = $2, version = version + 1, ${names.map((name, index) => `${name} = ${next[index]}`).join(', ')}
      where id = $1 and (${names.map((name, index) => `${name} is distinct from ${next[index]}`).join(' or ')}) returning 1`,
    [id, at(now), ...names.map((name) => (name === 'telecom' ? JSON.stringify(said.telecom) : said[name]))],
  )
  return rows.length > 0
}
