import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { Applying, ReadAhead, RecordOutcome } from './applying.ts'
import { applyCareEvent, readCareEvent } from './careEvent.ts'
import { applyEncounter } from './encounter.ts'
import { laterArrivals } from './laterArrivals.ts'
import { lockRecords } from './locks.ts'
import type { RawMessage } from './message.ts'
import { applyPatient } from './patient.ts'
import { applyPatientContact } from './patientContact.ts'
import { readPatient } from './patientRead.ts'
import { applyPracticeResource } from './practiceResource.ts'
import { makeAllStubs, missingStubs } from './references.ts'

/**
 * Locks the records of a message, where that was not done, and stores them in the order given. `ordered`: they may be about anybody, so that what
 * they refer to is made beforehand, in the order of all such messages. Throws `SourceChanged`, `ZonesChanged`.
 */
export async function applyRecords(
  applying: Applying,
  records: readonly InboundRecord[],
  { ordered, again, asOf }: { ordered: boolean; again: RawMessage['again']; asOf?: string | undefined },
): Promise<Map<InboundRecord, RecordOutcome>> {
  const locked = applying.locks
    ? (applying.lastMessageAt ?? null)
    : lockRecords(applying.tx, applying.source, records, asOf)
  const ahead = ordered ? [] : (applying.ahead ?? readAhead(applying, records))
  // Asked for behind the locks, without waiting for them.
  const [missing, lastMessageAt] = await Promise.all([
    ordered && records.length > 1 ? missingStubs(applying, records) : new Map(),
    locked,
  ])
  applying.lastMessageAt = lastMessageAt
  await makeAllStubs(applying, missing)
  const superseded = await laterArrivals(applying, again, records)
  const outcomes = new Map<InboundRecord, RecordOutcome>()
  for (const [index, record] of records.entries()) {
    const apply = ahead[index] ?? (() => applyRecord(applying, record))
    const outcome = superseded.has(record) ? 'older' : await apply()
    // What was read ahead of it, it may have changed.
    if (outcome !== 'unchanged' && outcome !== 'older') ahead.length = 0
    outcomes.set(record, outcome)
  }
  return outcomes
}

/** Of how many records what is known is asked for behind their locks, without waiting for these. */
const maxAhead = 4

/** Asks about the first records of a message, and waits for nothing. */
export function readAhead(applying: Applying, records: readonly InboundRecord[]): ReadAhead {
  return records.slice(0, maxAhead).map((record) => readOneAhead(applying, record))
}

function readOneAhead(applying: Applying, record: InboundRecord): ReadAhead[number] {
  const underWay = <T>(reading: Promise<T>): Promise<T> => {
    // When it fails the transaction is over: whoever waits for something of it is told.
    reading.catch(() => undefined)
    return reading
  }
  if (record.kind === 'patient') {
    const reading = underWay(readPatient(applying, record))
    return () => applyPatient(applying, record, reading)
  }
  if (record.kind !== 'careEvent') return undefined
  const reading = underWay(readCareEvent(applying, record))
  return () => applyCareEvent(applying, record, reading)
}

/** Stores one record in a unit of work that holds its lock. */
export function applyRecord(applying: Applying, record: InboundRecord): Promise<RecordOutcome> {
  if (record.kind === 'careEvent') return applyCareEvent(applying, record)
  if (record.kind === 'patient') return applyPatient(applying, record)
  if (record.kind === 'patientContact') return applyPatientContact(applying, record)
  if (record.kind === 'encounter') return applyEncounter(applying, record)
  return applyPracticeResource(applying, record)
}
