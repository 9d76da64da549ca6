import { hash } from 'node:crypto'
import type { InboundRecord, RecordReference } from '../../../domain/inbound/normalForm.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Tx } from '../../orm.ts'
import type { InboundSource } from './source.ts'
import { twinKey } from './twin.ts'
import { zonesSql } from './zones.ts'
import { ZonesChanged } from './zonesChanged.ts'

/**
 * Two versions of one record that arrive together take turns, also when there is no row to lock yet. All locks of a
 * message are taken at once and in one order, so that two messages can't wait for each other. Returns when the
 * source's row was last told that it is alive. `asOf`: the zones that the records were read
 * by, where they were read before. Throws `SourceChanged`, `ZonesChanged`.
 */
export async function lockRecords(
  tx: Tx,
  source: InboundSource,
  records: readonly InboundRecord[],
  asOf?: string,
): Promise<Instant | null> {
  const sorted = locksOf(source, records)
  const [row] = await tx.query<Current>(
    `select s.version, case when $3 then ${zonesSql('$2')} end as zones, s.last_message_at as "lastMessageAt", (select count(pg_advisory_xact_lock(key)) from unnest($1::bigint[]) key) from ehr_source s where s.id = $2::uuid`,
    [sorted, source.id, asOf !== undefined],
    'inboundLocks',
  )
  return checked(row, source, asOf).lastMessageAt?.getTime() ?? null
}

/** The locks of records, in the order in which all messages take theirs. */
export function locksOf(source: Pick<InboundSource, 'id'>, records: readonly InboundRecord[]): string[] {
  const keys = new Set(records.flatMap(lockedNames).map((name) => lockKey(source.id, name)))
  return [...keys].sort((a, b) => (a < b ? -1 : 1)).map(String)
}

/** What a message was read by, as it is now. */
interface Current {
  version: number
  zones: string | null
  lastMessageAt: Date | null
}

function checked<Row extends Current>(
  row: Row | undefined,
  source: InboundSource,
  ...asOf: (string | undefined)[]
): Row {
  if (row?.version !== source.version) throw new SourceChanged()
  if (asOf.some((zones) => zones !== undefined && zones !== row.zones)) throw new ZonesChanged()
  return row
}

/** Takes those of the locks that are free, and waits for none. Throws `SourceChanged`, `ZonesChanged`. */
export async function tryLocks(
  tx: Tx,
  source: InboundSource,
  locks: readonly string[],
  asOf: readonly string[],
): Promise<{ taken: ReadonlySet<string>; lastMessageAt: Instant | null }> {
  const [row] = await tx.query<Current & { taken: string[] }>(
    `select s.version, case when $3 then ${zonesSql('$2')} end as zones, s.last_message_at as "lastMessageAt", array(
        select key::text from unnest($1::bigint[]) key where pg_try_advisory_xact_lock(key)) as taken
       from ehr_source s where s.id = $2::uuid`,
    [locks, source.id, asOf.length > 0],
    'inboundTryLocks',
  )
  const { taken, lastMessageAt } = checked(row, source, ...asOf)
  return { taken: new Set(taken), lastMessageAt: lastMessageAt?.getTime() ?? null }
}

/**
 * Of rows with their `locks`, as a FROM item `said`, those whose locks this transaction has; what is asked about the
 * others has no answer, and waits for nobody. Sent behind the statement that tries them, which says which they are: one
 * that is free only by now is none of them.
 */
export function whereLocked(rows: string): string {
  return `(select * from ${rows} where not exists (
    select from unnest(said.locks) as wanted(key) where not pg_try_advisory_xact_lock(wanted.key)) offset 0) as said`
}

/** The source was changed since it was read: whoever posts in its name has to prove it again. */
export class SourceChanged extends Error {
  override name = 'SourceChanged'
}

/**
 * The record itself, and what it is read together with: appointments and recalls of one patient look at each other, and
 * so do an encounter and its procedures and diagnoses, an appointment and what it was proposed as. A merge takes turns
 * with all that is about the patients it names: what arrives while it is under way is the survivor's, too.
 */
function lockedNames(record: InboundRecord): string[] {
  const { kind, externalId, content } = record
  if (kind === 'encounter')
    return [
      `encounter/${externalId}`,
      ...(content?.careEvents ?? []).map((each) => `${each.careEventKind}/${each.externalId}`),
      ...(content?.contained ?? []).flatMap((each) => [
        `${each.content.careEventKind}/${each.externalId}`,
        patientName(each.content.patient),
      ]),
    ]
  if (kind === 'patient') {
    const others = content === null ? [] : [content.mergedInto, ...content.replaces]
    return [`patient/${externalId}`, ...others.flatMap((other) => (other === null ? [] : patientName(other)))]
  }
  if (kind === 'patientContact') return [`${kind}/${externalId}`, ...(content ? [patientName(content.patient)] : [])]
  if (kind !== 'careEvent') return [`${kind}/${externalId}`]
  const twin = twinKey(record)
  const names = [`${record.careEventKind}/${externalId}`]
  if (twin) names.push(`${twin.kind}/${twin.externalId}`)
  if (content?.encounter) names.push(`encounter/${content.encounter.externalId}`)
  if (content) names.push(patientName(content.patient))
  return names
}

function patientName({ externalId }: RecordReference): string {
  return `patient/${externalId}`
}

function lockKey(sourceId: string, name: string): bigint {
  return hash('sha256', `${sourceId}/${name}`, 'buffer').readBigInt64BE()
}
