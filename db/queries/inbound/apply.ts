import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { Applying, RecordOutcome } from './applying.ts'
import { applyCareEvent } from './careEvent.ts'
import { applyEncounter } from './encounter.ts'
import { laterArrivals } from './laterArrivals.ts'
import { lockRecords } from './locks.ts'
import type { RawMessage } from './message.ts'
import { applyPatient } from './patient.ts'
import { applyPatientContact } from './patientContact.ts'
import { applyPracticeResource } from './practiceResource.ts'
import { makeAllStubs, missingStubs } from './references.ts'

/**
 * Locks the records of a message and stores them in the order given. `ordered`: they may be about anybody, so that what
 * they refer to is made beforehand, in the order of all such messages. Throws `SourceChanged`.
 */
export async function applyRecords(
  applying: Applying,
  records: readonly InboundRecord[],
  { ordered, again }: { ordered: boolean; again: RawMessage['again'] },
): Promise<Map<InboundRecord, RecordOutcome>> {
  const locked = lockRecords(applying.tx, applying.source, records)
  // Asked for behind the locks, without waiting for them.
  const [missing, lastMessageAt] = await Promise.all([
    ordered && records.length > 1 ? missingStubs(applying, records) : new Map(),
    locked,
  ])
  applying.lastMessageAt = lastMessageAt
  await makeAllStubs(applying, missing)
  const superseded = await laterArrivals(applying, again, records)
  const outcomes = new Map<InboundRecord, RecordOutcome>()
  for (const record of records)
    outcomes.set(record, superseded.has(record) ? 'older' : await applyRecord(applying, record))
  return outcomes
}

/** Stores one record in a unit of work that holds its lock. */
export function applyRecord(applying: Applying, record: InboundRecord): Promise<RecordOutcome> {
  if (record.kind === 'careEvent') return applyCareEvent(applying, record)
  if (record.kind === 'patient') return applyPatient(applying, record)
  if (record.kind === 'patientContact') return applyPatientContact(applying, record)
  if (record.kind === 'encounter') return applyEncounter(applying, record)
  return applyPracticeResource(applying, record)
}
