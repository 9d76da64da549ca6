import { notFound } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { touchCareEventsOfPatient } from './touches.ts'
import { at } from './values.ts'

/** A patient as the contract shows one. */
export interface PatientView {
  id: string
  externalId: string | null
  mrn: string | null
  firstName: string | null
  lastName: string | null
  preferredName: string | null
  birthDate: string | null
  /** Where no day of birth is known: its month or year. */
  bornIn: string | null
  language: string | null
  timeZone: string | null
  active: boolean
  deceased: boolean
  muted: boolean
  mergedInto: string | null
}
const columns = `id, external_id as "externalId", mrn, first_name as "firstName", last_name as "lastName",
  preferred_name as "preferredName", birth_date::text as "birthDate", born_in as "bornIn", language, time_zone as "timeZone", active, deceased, muted,
  merged_into as "mergedInto"`
const sortName = `lower(coalesce(last_name, '') || ' ' || coalesce(first_name, '')) collate "C"`

export interface PatientFilter extends PageRequest {
  /** Part of a name, or the whole of a medical record number. */
  q?: string | undefined
  externalId?: string | undefined
}

/** By last name, then first name. */
export async function listPatients(tx: Tx, filter: PatientFilter): Promise<Page<PatientView>> {
  const after = decodeCursor(filter.cursor, ['text', 'id'])
  const rows = await tx.query<PatientView & { sortName: string }>(
    `select ${columns}, ${sortName} as "sortName" from patient
      where ($1::text is null or mrn = $1
             or position(lower($1) in lower(concat_ws(' ', first_name, last_name))) > 0
             or position(lower($1) in lower(concat_ws(' ', preferred_name, last_name))) > 0)
        and ($2::text is null or external_id = $2)
        and ($3::text is null or (${sortName}, id) > ($3, $4::uuid))
      order by ${sortName}, id limit $5`,
    [filter.q || null, filter.externalId ?? null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, withoutSortName, (row) => [row.sortName, row.id])
}

function withoutSortName({ sortName: _sortName, ...patient }: PatientView & { sortName: string }): PatientView {
  return patient
}

/** Throws `notFound`. */
export async function getPatient(tx: Tx, id: string): Promise<PatientView> {
  const [row] = await tx.query<PatientView>(`select ${columns} from patient where id = $1`, [id])
  if (!row) throw notFound('patient')
  return { ...row }
}

/** No message goes to a muted patient; what waits is planned anew. Throws `notFound`. */
export async function mutePatient(tx: Tx, id: string, muted: boolean, by: By): Promise<PatientView> {
  const [locked] = await tx.query<{ muted: boolean }>('select muted from patient where id = $1 for update', [id])
  if (!locked) throw notFound('patient')
  if (locked.muted !== muted) {
    await tx.query('update patient set muted = $2, version = version + 1, updated_at = $3 where id = $1', [
      id,
      muted,
      at(by.now),
    ])
    await touchCareEventsOfPatient(tx, id, by.now)
    await recordAudit(tx, by, { action: muted ? 'muted' : 'unmuted', subject: 'patient', subjectId: id })
  }
  return getPatient(tx, id)
}
