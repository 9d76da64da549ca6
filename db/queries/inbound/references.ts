import type { RecordReference } from '../../../domain/inbound/normalForm.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'

const inserts = {
  patient: `insert into patient (organization_id, id, source_id, external_id, stub, version, created_at, updated_at)
    values ($1, $2, $3, $4, true, 1, $5, $5)
    on conflict (organization_id, source_id, external_id) do update set stub = patient.stub
    returning coalesce(merged_into, id) as id`,
  facility: resourceInsert('facility', 'id'),
  provider: resourceInsert('provider', 'coalesce(role_of, id) as id'),
  appointmentType: resourceInsert('appointment_type', 'id'),
}
export type StubKind = keyof typeof inserts

function resourceInsert(table: string, returning: string): string {
  return `insert into ${table} (organization_id, id, source_id, external_id, stub, name, enabled, version, created_at, updated_at)
    values ($1, $2, $3, $4, true, $6, $7, 1, $5, $5)
    on conflict (organization_id, source_id, external_id) do update set stub = ${table}.stub
    returning ${returning}`
}

/**
 * A row for a record that was mentioned before it arrived itself; filled when it does. Somebody else may make it at the
 * same moment: then theirs is taken. Returns its id.
 */
export async function stubFor(
  { tx, source, now }: Applying,
  kind: StubKind,
  reference: RecordReference,
  enableNewResources: boolean,
): Promise<string> {
  const shared = [tx.organizationId, newId(), source.id, reference.externalId, at(now)]
  const params =
    kind === 'patient' ? shared : [...shared, reference.display ?? reference.externalId, enableNewResources]
  const [row] = await tx.query<{ id: string }>(inserts[kind], params, `inboundStub/${kind}`)
  if (row === undefined) throw new Error(`insert into ${kind} returned no row`)
  return row.id
}
