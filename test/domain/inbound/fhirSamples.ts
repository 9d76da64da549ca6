import { parseFhir } from '../../../domain/inbound/fhir.ts'
import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import { defaultSourceSettings } from '../../../domain/inbound/sourceSettings.ts'
import type { WireEntry } from '../../../domain/inbound/wireMessage.ts'

export const arrival = Date.parse('2026-05-04T12:00:00Z')
export const context = { now: arrival, region: 'US', settings: defaultSourceSettings }

export type Json = Record<string, unknown>

export const actor = (reference: string, more: Json = {}): Json => ({
  actor: { reference },
  status: 'accepted',
  ...more,
})

/** A booked appointment with everything; a field given as undefined is left out. */
export function appointmentResource(fields: Json = {}): Json {
  const resource: Json = {
    resourceType: 'Appointment',
    id: 'a-1',
    status: 'booked',
    start: '2026-05-11T09:00:00-04:00',
    end: '2026-05-11T09:30:00-04:00',
    appointmentType: { coding: [{ code: 'FOLLOWUP', display: 'Follow up' }] },
    participant: [actor('Patient/p-1'), actor('Practitioner/d-1'), actor('Location/l-1')],
    ...fields,
  }
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined))
}

export const patientResource = (fields: Json = {}): Json => ({
  resourceType: 'Patient',
  id: 'p-1',
  name: [{ use: 'official', family: 'Quill', given: ['Zephyrine'] }],
  ...fields,
})

export const bundle = (type: string, entry: unknown[], more: Json = {}): Json => ({
  resourceType: 'Bundle',
  type,
  entry,
  ...more,
})

/** What a single resource becomes, as an entry. */
export function entryOf(resource: unknown): WireEntry {
  const [entry] = parseFhir(resource, context).entries
  if (!entry) throw new Error('the message has no entry')
  return entry
}

/** The record of a single resource, of the kind asked for. */
export function recordOf<K extends InboundRecord['kind']>(kind: K, resource: unknown) {
  const { record, reasons } = entryOf(resource)
  if (record?.kind !== kind || record.deleted) throw new Error(`no ${kind}: ${JSON.stringify(reasons)}`)
  return record as Extract<InboundRecord, { kind: K; deleted: false }>
}

/** `severity code path` of each reason, to compare in tables. */
export const outline = (entry: Pick<WireEntry, 'reasons'>) =>
  entry.reasons.map((reason) => `${reason.severity} ${reason.code} ${reason.path}`)
