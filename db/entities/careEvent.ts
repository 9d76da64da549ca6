import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { type CareEventStatus, careEventKinds, codeSystems, confirmations } from '../../domain/careEvent.ts'
import type { Unsaid } from '../../domain/inbound/encounter.ts'
import { day, encrypted, ids, instant, key, sourced, timestamps } from './columns.ts'

/** What a care event says beyond what decides: shown in messages, never part of a plan. */
export interface CareEventDetails {
  /** Minutes. */
  duration?: number
  videoLink?: string
  instructions?: string
  reason?: string
}

/** An index of an anchor that most care events do not have: it costs those nothing. */
const whereSet = (column: string) => {
  const name = `care_event_${column}_set_index`
  const expression = `create index "${name}" on "care_event" ("organization_id", "kind", "${column}") where "${column}" is not null`
  return { name, expression }
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
    /** The visit it belongs to. */
    encounterId: p.uuid().nullable(),
    /** What the record leaves to its encounter. */
    unsaid: p.json<Unsaid>().nullable(),
    status: p.text().$type<CareEventStatus>(),
    /** Survives EHR updates; cleared when the start moves. */
    confirmation: p.enum(confirmations).default('none'),
    confirmedBy: p.text().nullable(),
    confirmedAt: instant().nullable(),
    /** Hash of the token in the link where the patient confirms, and the token, to be written again. */
    confirmTokenHash: p.text().nullable(),
    confirmTokenEncrypted: encrypted().nullable(),
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
    /** That value came with a source's first load: what was due before it is nobody's to send. */
    loaded: p.boolean().default(false),
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
    { properties: ['organizationId', 'kind', 'createdAtSource'] },
    { properties: ['organizationId', 'patientId'] },
    ...['updated_anchor_at', 'procedure_at', 'procedure_date', 'diagnosis_at', 'diagnosis_date'].map(whereSet),
    { properties: ['organizationId', 'facilityId'] },
    { properties: ['organizationId', 'appointmentTypeId'] },
    { properties: ['organizationId', 'fulfilledById'] },
    {
      name: 'care_event_confirm_token_index',
      expression: `create index "care_event_confirm_token_index" on "care_event" ("confirm_token_hash") where "confirm_token_hash" is not null`,
    },
    {
      name: 'care_event_encounter_index',
      expression: `create index "care_event_encounter_index" on "care_event" ("organization_id", "encounter_id") where "encounter_id" is not null`,
    },
    { properties: ['organizationId', 'externalId'] },
  ],
})
export type CareEvent = InferEntity<typeof CareEvent>

/** `normalizeCode` in SQL, so that whoever writes a code cannot forget it. */
const normalizedCode = `(case when "system" = 'cpt' then regexp_replace(upper(btrim("code")), '[-\\s].*$', '') else regexp_replace(upper("code"), '[.\\s]', '', 'g') end) stored`

/** One row a code, so that a filter such as E11.* is a range of a btree. */
export const CareEventCode = defineEntity({
  name: 'CareEventCode',
  tableName: 'care_event_code',
  properties: {
    organizationId: p.uuid().primary(),
    careEventId: p.uuid().primary(),
    system: p.enum(codeSystems).primary(),
    code: p.text().primary(),
    /** As codes are compared (`normalizeCode`): E11.9 and e119 are one. */
    normalized: p.text().nullable().generated(normalizedCode),
    name: p.text().nullable(),
    /** The order in the EHR's message. */
    position: p.integer().default(0),
  },
  indexes: [{ properties: ['organizationId', 'system', 'normalized'] }],
})
export type CareEventCode = InferEntity<typeof CareEventCode>

/** A visit as it took place: what its procedures and diagnoses leave open, it says (see `domain/inbound/encounter.ts`). */
export const Encounter = defineEntity({
  name: 'Encounter',
  tableName: 'encounter',
  properties: {
    ...key(),
    ...sourced(),
    facilityId: p.uuid().nullable(),
    providerIds: ids().default([]),
    startDate: day().nullable(),
    startAt: instant().nullable(),
    deleted: p.boolean().default(false),
    ...timestamps(),
  },
  uniques: [{ properties: ['organizationId', 'sourceId', 'externalId'] }],
})
export type Encounter = InferEntity<typeof Encounter>

/** A care event that its encounter names: some senders say it on that side only, and before the care event is there. */
export const EncounterLink = defineEntity({
  name: 'EncounterLink',
  tableName: 'encounter_link',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    kind: p.enum(['procedure', 'diagnosis'] as const).primary(),
    externalId: p.text().primary(),
    encounterId: p.uuid(),
  },
  indexes: [{ properties: ['organizationId', 'encounterId'] }],
})
export type EncounterLink = InferEntity<typeof EncounterLink>
