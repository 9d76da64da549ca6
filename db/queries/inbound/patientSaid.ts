import type { PatientPart } from '../../../domain/inbound/lastWords.ts'
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

/** Those who answer for a patient have rows of their own. */
const columnsOf: Record<PatientPart, readonly SyncedColumn[]> = {
  mrn: ['mrn'],
  name: ['first_name', 'last_name'],
  preferredName: ['preferred_name'],
  birth: ['birth_date', 'born_in'],
  language: ['language'],
  zone: ['time_zone'],
  address: ['address_line', 'city', 'address_state', 'postal_code', 'country'],
  active: ['active'],
  deceased: ['deceased'],
  telecom: ['telecom'],
  contacts: [],
}

/**
 * Writes these parts of what a record says of a patient who is known, and leaves the rest; whether it was anything new.
 * What the practice set itself stays.
 */
export async function writeSaid(
  tx: Tx,
  id: string,
  content: PatientContent,
  parts: readonly PatientPart[],
  now: number,
): Promise<boolean> {
  const said = patientColumns(content)
  const names = parts.flatMap((part) => columnsOf[part])
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
