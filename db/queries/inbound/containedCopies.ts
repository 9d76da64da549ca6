import { containedIdPrefix } from '../../../domain/inbound/normalForm.ts'
import type { Applying, RecordOf } from './applying.ts'

type CareEventRecord = RecordOf<'careEvent'>
type Kind = CareEventRecord['careEventKind']

/** Of `encounter n`: how the ids begin of what it holds itself. */
const prefixSql = `'${containedIdPrefix('')}'`.replace('#', `' || n.external_id || '#`)

/** A tombstone without a moment of its own: what it is for happened elsewhere. */
export function tombstoneOf(careEventKind: Kind, externalId: string): CareEventRecord {
  const sourceVersion = { lastUpdated: null, versionId: null }
  return { kind: 'careEvent', careEventKind, deleted: true, content: null, externalId, sourceVersion }
}

/**
 * What the encounter of a care event holds itself and that says the same, that is has a code in common: a record of its
 * own says it better, and one of the two is enough.
 */
export async function containedCopies(
  { tx }: Applying,
  careEventId: string,
  encounterId: string,
): Promise<CareEventRecord[]> {
  const rows = await tx.query<{ kind: Kind; external_id: string }>(
    `select c.kind, c.external_id from encounter n
       join care_event own on own.organization_id = n.organization_id and own.id = $1
       join care_event c on c.organization_id = n.organization_id and c.encounter_id = n.id and c.kind = own.kind
      where n.id = $2 and not c.deleted and own.status <> 'enteredInError'
        and starts_with(c.external_id, ${prefixSql}) and not starts_with(own.external_id, ${prefixSql})
        and exists (select 1 from care_event_code k
          join care_event_code o on o.organization_id = k.organization_id and o.system = k.system and o.normalized = k.normalized
         where k.care_event_id = c.id and o.care_event_id = own.id)`,
    [careEventId, encounterId],
    'inboundContainedCopies',
  )
  return rows.map((row) => tombstoneOf(row.kind, row.external_id))
}

/** Of what an encounter holds itself: what is stored of it, and the codes of records of their own, as `kind system code`. */
export async function readContainedState({ tx }: Applying, encounterId: string) {
  const [row] = await tx.query<{ stored: { kind: Kind; externalId: string }[]; said: string[] }>(
    `select coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'externalId', c.external_id)) from care_event c
         where c.encounter_id = n.id and not c.deleted and starts_with(c.external_id, ${prefixSql})), '[]') as stored,
       array(select distinct c.kind || ' ' || k.system || ' ' || k.normalized from care_event c
         join care_event_code k on k.organization_id = c.organization_id and k.care_event_id = c.id
        where c.encounter_id = n.id and not c.deleted and c.status <> 'enteredInError'
          and not starts_with(c.external_id, ${prefixSql})) as said
     from encounter n where n.id = $1`,
    [encounterId],
    'inboundContainedState',
  )
  if (row === undefined) throw new Error('the encounter is not there')
  return { stored: row.stored, said: new Set(row.said) }
}
