import type { CareEventStatus } from '../../../domain/careEvent.ts'
import { isCalledOff } from '../../../domain/inbound/careEventState.ts'
import { proposalId, type SourceVersion } from '../../../domain/inbound/normalForm.ts'
import { isOlder } from '../../../domain/inbound/version.ts'
import { touch } from '../../outbox.ts'
import { at } from '../values.ts'
import { type Applying, dateOrNull, type RecordOf } from './applying.ts'

type CareEventRecord = RecordOf<'careEvent'>

/** The other care event that the same Appointment was or is: as a recall while it only asked for one. */
export interface Twin {
  id: string
  sourceLastUpdated: string | null
  status: CareEventStatus
  deleted: boolean
}

/** Kind and external id of the twin that a record may have; null: it has none. */
export function twinKey({ careEventKind, externalId }: CareEventRecord): { kind: string; externalId: string } | null {
  if (careEventKind === 'appointment') return { kind: 'recall', externalId: proposalId(externalId) }
  const prefix = proposalId('')
  if (careEventKind !== 'recall' || !externalId.startsWith(prefix)) return null
  return { kind: 'appointment', externalId: externalId.slice(prefix.length) }
}

/** Whether the record is older than what its twin said: then it is history. */
export function isOlderThanTwin(twin: Twin | null, version: SourceVersion): boolean {
  const known = twin?.sourceLastUpdated ?? null
  return isOlder(known === null ? null : Date.parse(known), version, false)
}

/** What a twin becomes when the record says what the Appointment is now; null: it stays as it is. */
function retired(record: CareEventRecord): CareEventStatus | null {
  if (record.careEventKind === 'recall') return record.deleted ? null : 'proposed'
  if (record.deleted || isCalledOff(record.content.status) || record.content.status === 'noShow') return 'cancelled'
  const undecided = ['proposed', 'pending', 'waitlist'].includes(record.content.status)
  return undecided ? null : 'closed'
}

/** The twin gives way to a newer record of the same Appointment. */
export async function retireTwin({ tx, now }: Applying, record: CareEventRecord, twin: Twin | null): Promise<void> {
  const status = twin && !twin.deleted ? retired(record) : null
  if (twin === null || status === null || status === twin.status) return
  await tx.query(
    `update care_event set status = $2, normal_hash = null, updated_at = $3,
       source_last_updated = greatest(source_last_updated, $4) where id = $1`,
    [twin.id, status, at(now), dateOrNull(record.sourceVersion.lastUpdated)],
  )
  await touch(tx, [twin.id])
}
