import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { instant, key } from './columns.ts'
import type { InboundReason } from './inbound.ts'

/**
 * One record of a message: what it was, and what became of it. Ids and codes only, so that the feed can be searched;
 * names and numbers stay in the encrypted message.
 */
export const InboundRecord = defineEntity({
  name: 'InboundRecord',
  tableName: 'inbound_record',
  properties: {
    organizationId: p.uuid().primary(),
    messageId: p.uuid().primary(),
    /** In the message, from 0. */
    position: p.integer().primary(),
    /** What the wire calls it: a FHIR resource type, an HL7 segment. */
    resource: p.text().nullable(),
    /** What it is here: a kind of care event, patient, facility, …; null: it was refused. */
    kind: p.text().nullable(),
    externalId: p.text().nullable(),
    /** The row it became, of the table that `kind` names; no foreign key, because what it was outlives it. */
    subjectId: p.uuid().nullable(),
    outcome: p.enum(['created', 'updated', 'unchanged', 'older', 'ignored', 'refused'] as const),
    /** Those of this record; null: none. */
    reasons: p.json<InboundReason[]>().nullable(),
  },
  indexes: [
    { properties: ['organizationId', 'externalId'] },
    {
      name: 'inbound_record_subject_index',
      expression: `create index "inbound_record_subject_index" on "inbound_record" ("organization_id", "subject_id") where "subject_id" is not null`,
    },
  ],
})
export type InboundRecord = InferEntity<typeof InboundRecord>

/** A source that was quiet for longer than it usually is. */
export const EhrSilence = defineEntity({
  name: 'EhrSilence',
  tableName: 'ehr_silence',
  properties: {
    ...key(),
    sourceId: p.uuid(),
    /** Its last message. */
    since: instant(),
    noticedAt: instant(),
    /** Null: it lasts. */
    endedAt: instant().nullable(),
  },
  indexes: [
    { properties: ['organizationId', 'sourceId', 'since'] },
    {
      name: 'ehr_silence_one_open',
      expression: `create unique index "ehr_silence_one_open" on "ehr_silence" ("organization_id", "source_id") where "ended_at" is null`,
    },
  ],
})
export type EhrSilence = InferEntity<typeof EhrSilence>
