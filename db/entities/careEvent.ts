import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { type CareEventStatus, careEventKinds, codeSystems, confirmations } from '../../domain/careEvent.ts'
import { day, ids, instant, key, sourced, timestamps } from './columns.ts'

/** What a care event says beyond what decides: shown in messages, never part of a plan. */
export interface CareEventDetails {
  /** Minutes. */
  duration?: number
  videoLink?: string
  instructions?: string
  reason?: string
  bookingLink?: string
}

/** An appointment, recall, procedure or diagnosis. Of a date and its instant at most one is set. */
export const CareEvent = defineEntity({
  name: 'CareEvent',
  tableName: 'care_event',
  properties: {
    ...key(),
    ...sourced(),
    kind: p.enum(careEventKinds),
    patientId: p.uuid(),
    facilityId: p.uuid().nullable(),
    providerIds: ids().default([]),
    appointmentTypeId: p.uuid().nullable(),
    status: p.text().$type<CareEventStatus>(),
    /** Survives EHR updates; cleared when the start moves. */
    confirmation: p.enum(confirmations).default('none'),
    confirmedBy: p.text().nullable(),
    confirmedAt: instant().nullable(),
    startAt: instant().nullable(),
    endAt: instant().nullable(),
    /** The start an earlier message may have stated. */
    previousStartAt: instant().nullable(),
    /** The "created" anchor; null for history. */
    createdAtSource: instant().nullable(),
    /** The "updated" anchor: the last change of start, facility, provider, type or status. */
    updatedAnchorAt: instant().nullable(),
    dueDate: day().nullable(),
    dueAt: instant().nullable(),
    procedureDate: day().nullable(),
    procedureAt: instant().nullable(),
    diagnosisDate: day().nullable(),
    diagnosisAt: instant().nullable(),
    /** When the current value of the main anchor became known here. */
    anchorKnownSince: instant(),
    firstSeenAt: instant(),
    /** Tombstone: the EHR deleted it or entered it in error. */
    deleted: p.boolean().default(false),
    /** Recalls only. */
    origin: p.enum(['recall', 'referral'] as const).nullable(),
    referredBy: p.text().nullable(),
    /** The appointment that closes a recall. */
    fulfilledById: p.uuid().nullable(),
    details: p.json<CareEventDetails>().default('{}'),
    /** What its workflow sleeps until; null when none runs. Only `nextStep` and `deliver` write it. */
    wakeAt: instant().nullable(),
    workflowStartedAt: instant().nullable(),
    ...timestamps(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'kind', 'externalId'] }],
  indexes: [
    { properties: ['wakeAt'] },
    { properties: ['organizationId', 'kind', 'startAt'] },
    { properties: ['organizationId', 'kind', 'dueAt'] },
    { properties: ['organizationId', 'kind', 'dueDate'] },
    { properties: ['organizationId', 'patientId'] },
    { properties: ['organizationId', 'facilityId'] },
    { properties: ['organizationId', 'appointmentTypeId'] },
    { properties: ['organizationId', 'fulfilledById'] },
    { properties: ['organizationId', 'externalId'] },
  ],
})
export type CareEvent = InferEntity<typeof CareEvent>

/** One row a code, so that a filter such as E11.* is a range of a btree. */
export const CareEventCode = defineEntity({
  name: 'CareEventCode',
  tableName: 'care_event_code',
  properties: {
    organizationId: p.uuid().primary(),
    careEventId: p.uuid().primary(),
    system: p.enum(codeSystems).primary(),
    code: p.text().primary(),
    name: p.text().nullable(),
    /** The order in the EHR's message. */
    position: p.integer().default(0),
  },
  indexes: [{ properties: ['organizationId', 'system', 'code'] }],
})
export type CareEventCode = InferEntity<typeof CareEventCode>
