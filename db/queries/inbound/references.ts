import type { InboundRecord, RecordReference } from '../../../domain/inbound/normalForm.ts'
import { newId } from '../../newId.ts'
import { at } from '../values.ts'
import type { Applying } from './applying.ts'

/** In the order in which they are made, everywhere: two messages that need the same ones can't wait for each other. */
const stubKinds = ['facility', 'provider', 'appointmentType', 'patient', 'encounter'] as const
export type StubKind = (typeof stubKinds)[number]

/** `enabled` is the organization's `enableNewResources`; patients and encounters have no such switch. */
const inserts: Record<StubKind, string> = {
  facility: resourceInsert('facility'),
  provider: resourceInsert('provider'),
  appointmentType: resourceInsert('appointment_type'),
  patient: namelessInsert('patient', ', version', ', 1'),
  encounter: namelessInsert('encounter', '', ''),
}
const ids: Record<StubKind, string> = {
  facility: 'select id from facility where source_id = $1 and external_id = $2',
  provider: 'select coalesce(role_of, id) as id from provider where source_id = $1 and external_id = $2',
  appointmentType: 'select id from appointment_type where source_id = $1 and external_id = $2',
  patient: 'select coalesce(merged_into, id) as id from patient where source_id = $1 and external_id = $2',
  encounter: 'select id from encounter where source_id = $1 and external_id = $2',
}

function namelessInsert(table: string, columns: string, values: string): string {
  return `insert into ${table} (organization_id, id, source_id, external_id, stub, created_at, updated_at${columns})
    select $1, said.id, $2, said.external_id, true, $3, $3${values}
      from unnest($4::uuid[], $5::text[]) with ordinality as said(id, external_id, position)
     order by position
    on conflict (organization_id, source_id, external_id) do nothing`
}

function resourceInsert(table: string): string {
  return `insert into ${table} (organization_id, id, source_id, external_id, stub, name, enabled, version, created_at, updated_at)
    select $1, said.id, $2, said.external_id, true, said.name, o.enable_new_resources, 1, $3, $3
      from organization o, unnest($4::uuid[], $5::text[], $6::text[]) with ordinality as said(id, external_id, name, position)
     order by position
    on conflict (organization_id, source_id, external_id) do nothing`
}

/**
 * Rows for records that were mentioned before they arrived themselves; filled when they do. What is there already, or is
 * being made by somebody else at this moment, is left as it is.
 */
async function makeStubs(
  { tx, source, now, made }: Applying,
  kind: StubKind,
  references: readonly RecordReference[],
): Promise<void> {
  const byId = new Map(references.map((reference) => [reference.externalId, reference.display ?? reference.externalId]))
  if (byId.size === 0) return
  const externalIds = [...byId.keys()].sort()
  const params = [tx.organizationId, source.id, at(now), externalIds.map(newId), externalIds]
  const names = externalIds.map((externalId) => byId.get(externalId))
  const rows = await tx.query<{ external_id: string }>(
    `${inserts[kind]} returning external_id`,
    kind === 'patient' || kind === 'encounter' ? params : [...params, names],
    `inboundStubs/${kind}`,
  )
  for (const row of rows) made.add(stubKey(kind, row.external_id))
}

/** How `made` calls a stub. */
export function stubKey(kind: StubKind, externalId: string): string {
  return `${kind}/${externalId}`
}

/** Makes the stub of one record, if it needs one, and returns its id: a merged patient's survivor, a role's holder. */
export async function stubFor(applying: Applying, kind: StubKind, reference: RecordReference): Promise<string> {
  await makeStubs(applying, kind, [reference])
  const [row] = await applying.tx.query<{ id: string }>(
    ids[kind],
    [applying.source.id, reference.externalId],
    `inboundStub/${kind}`,
  )
  if (row === undefined) throw new Error(`the stub of a ${kind} is not there`)
  return row.id
}

const known = stubKinds.map((kind) => `when '${kind}' then exists (${ids[kind].replace('$2', 'said.external_id')})`)
const missing = `select said.kind, said.external_id as id from unnest($2::text[], $3::text[]) as said(kind, external_id)
  where not case said.kind ${known.join(' ')} end`

/** Of all that the records of a message are, or refer to, what is not there yet: mostly nothing. One statement. */
export async function missingStubs(
  { tx, source }: Applying,
  records: readonly InboundRecord[],
): Promise<ReadonlyMap<StubKind, readonly RecordReference[]>> {
  const wanted = referencesOf(records)
  const all = [...wanted].flatMap(([kind, references]) => references.map(({ externalId }) => ({ kind, externalId })))
  const once = [...new Map(all.map((each) => [stubKey(each.kind, each.externalId), each])).values()]
  if (once.length === 0) return new Map()
  const rows = await tx.query<{ kind: StubKind; id: string }>(
    missing,
    [source.id, once.map(({ kind }) => kind), once.map(({ externalId }) => externalId)],
    'inboundMissing',
  )
  const toMake = new Set(rows.map(({ kind, id }) => stubKey(kind, id)))
  return new Map(
    [...wanted].map(([kind, references]) => [
      kind,
      references.filter(({ externalId }) => toMake.has(stubKey(kind, externalId))),
    ]),
  )
}

/** Makes them, before the first of the records is stored. */
export async function makeAllStubs(
  applying: Applying,
  wanted: ReadonlyMap<StubKind, readonly RecordReference[]>,
): Promise<void> {
  for (const [kind, references] of wanted) await makeStubs(applying, kind, references)
}

function referencesOf(records: readonly InboundRecord[]): Map<StubKind, RecordReference[]> {
  const wanted = new Map<StubKind, RecordReference[]>(stubKinds.map((kind) => [kind, []]))
  const want = (kind: StubKind, reference: RecordReference | null) => {
    // What is known by an identifier alone may be there under another id.
    if (reference !== null && reference.identifier === null) wanted.get(kind)?.push(reference)
  }
  for (const { kind, externalId, content } of records) {
    if (content === null) continue
    if (kind !== 'careEvent' && kind !== 'patientContact') want(kind, { externalId, identifier: null, display: null })
    if (kind === 'provider') want('provider', content.practitioner)
    if (kind === 'patient') for (const other of [content.mergedInto, ...content.replaces]) want('patient', other)
    if (kind === 'careEvent' || kind === 'encounter')
      for (const each of kind === 'encounter' ? [content, ...content.contained.map((own) => own.content)] : [content]) {
        want('facility', each.facility)
        for (const provider of each.providers) want('provider', provider)
      }
    if (kind === 'encounter') for (const { content: own } of content.contained) want('patient', own.patient)
    if (kind === 'careEvent') {
      want('appointmentType', content.appointmentType)
      want('encounter', content.encounter)
    }
    if (kind === 'careEvent' || kind === 'patientContact') want('patient', content.patient)
  }
  return wanted
}
