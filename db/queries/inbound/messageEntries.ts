import type { careEventKinds } from '../../../domain/careEvent.ts'
import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../../domain/inbound/reason.ts'
import type { WireEntry } from '../../../domain/inbound/wireMessage.ts'
import type { Tx } from '../../orm.ts'
import type { RecordOutcome } from './applying.ts'

/** A record of a message, as the feed keeps it: ids and codes only. */
export interface StoredEntry extends Pick<WireEntry, 'resource' | 'record' | 'reasons'> {
  /** null: refused. */
  outcome: RecordOutcome | null
  /** The row that it is here, null for none; left out: not known. */
  subjectId?: string | null | undefined
}

/** What a record is here: a kind of care event, or another kind of record. */
export type SubjectKind = Exclude<InboundRecord['kind'], 'careEvent'> | (typeof careEventKinds)[number]

/** Where the record of each kind lies; care events are told apart by their kind. */
const tableOf: Record<Exclude<InboundRecord['kind'], 'careEvent'>, string> = {
  patient: 'patient',
  patientContact: 'patient_contact',
  encounter: 'encounter',
  facility: 'facility',
  provider: 'provider',
  appointmentType: 'appointment_type',
}

/**
 * Looks up the row of each entry of which applying it said none: refused with its transaction, older than what came
 * since, made by another entry. Mostly there is no such entry, and nothing is asked.
 */
export async function withSubjects<Entry extends StoredEntry>(
  { tx, source }: { tx: Tx; source: { id: string } },
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const unknown = entries.filter((entry) => entry.record !== null && entry.subjectId === undefined)
  const ids = new Map<Entry, string>()
  for (const [kind, some] of Map.groupBy(unknown, ({ record }) => (record ? kindOf(record) : ''))) {
    const table = Object.hasOwn(tableOf, kind) ? tableOf[kind as keyof typeof tableOf] : null
    const rows = await tx.query<{ id: string; externalId: string }>(
      `select id, external_id as "externalId" from ${table ?? 'care_event'}
        where source_id = $1 and external_id = any($2::text[])${table === null ? ' and kind = $3' : ''}`,
      [source.id, some.map(({ record }) => record?.externalId), ...(table === null ? [kind] : [])],
    )
    const byExternalId = new Map(rows.map((row) => [row.externalId, row.id]))
    for (const entry of some) {
      const id = byExternalId.get(entry.record?.externalId ?? '')
      if (id !== undefined) ids.set(entry, id)
    }
  }
  return entries.map((entry) => ({ ...entry, subjectId: entry.subjectId ?? ids.get(entry) ?? null }))
}

/** A column each, in the order of the message: resource, kind, external id, outcome, reasons, subject. */
export function columnsOfEntries(entries: readonly StoredEntry[]): (string | null)[][] {
  return [
    entries.map(({ resource }) => resourceOf(resource)),
    entries.map(({ record }) => record && kindOf(record)),
    entries.map(({ record, resource }) => record?.externalId ?? idOf(resource)),
    entries.map(({ outcome }) => outcome ?? 'refused'),
    entries.map(({ reasons }: { reasons: readonly InboundReason[] }) =>
      reasons.length === 0 ? null : JSON.stringify(reasons),
    ),
    entries.map(({ subjectId }) => subjectId ?? null),
  ]
}

/** The same of whole messages, whose id and whose place in it come first. */
export function columnsOfMessages(
  messages: readonly { messageId: string; entries: readonly StoredEntry[] }[],
): (string | number | null)[][] {
  return [
    messages.flatMap(({ messageId, entries }) => entries.map(() => messageId)),
    messages.flatMap(({ entries }) => entries.map((_, position) => position)),
    ...columnsOfEntries(messages.flatMap(({ entries }) => entries)),
  ]
}

/** `Appointment` of `Appointment/a-1`, `DG1` of `DG1(2)`. */
export function resourceOf(resource: string | null): string | null {
  return /^\w{1,60}/.exec(resource ?? '')?.[0] ?? null
}

/** What was refused still has the id that it came with. */
function idOf(resource: string | null): string | null {
  const id = /^\w+\/(.+)$/s.exec(resource ?? '')?.[1]
  return id === undefined || id === '?' ? null : id.slice(0, 200)
}

export function kindOf(record: InboundRecord): SubjectKind {
  return record.kind === 'careEvent' ? record.careEventKind : record.kind
}
