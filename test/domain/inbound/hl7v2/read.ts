import { type Hl7Message, parseHl7 } from '../../../../domain/inbound/hl7v2/message.ts'
import { type Hl7v2Settings, hl7v2SettingsSchema } from '../../../../domain/inbound/hl7v2/settings.ts'
import type { CareEventContent, PatientContent } from '../../../../domain/inbound/normalForm.ts'

const now = Date.UTC(2026, 2, 2, 15)

/** Reads a message whose header is made from its type; `settings` are the source's. */
export function read(type: string, segments: readonly string[], settings: object = {}): Hl7Message {
  return readText(
    [`MSH|^~\\&|EHR|Clinic|CA|Practice|20260302100000-0500||${type}|m1|P|2.5`, ...segments].join('\r'),
    settings,
  )
}

export function readText(text: string, settings: object = {}, arrivedAt = now): Hl7Message {
  const parsed: Hl7v2Settings = hl7v2SettingsSchema.parse(settings)
  const zoneOf = (facility: string | null) => (facility === 'West' ? 'America/Los_Angeles' : 'America/New_York')
  return parseHl7(text, { now: arrivedAt, region: 'US', settings: parsed, zoneOf })
}

export const pid = 'PID|1||4711^^^CLINIC^MR||Quill^Ada^^^^^L||19800229|F'

export function patientOf(message: Hl7Message): PatientContent {
  const record = message.entries.find((entry) => entry.record?.kind === 'patient')?.record
  if (record?.kind !== 'patient' || record.deleted) throw new Error('no patient')
  return record.content
}

/** The care events of a message by their external ids. */
export function careEventsOf(message: Hl7Message): Record<string, CareEventContent> {
  return Object.fromEntries(
    message.entries.flatMap(({ record }) =>
      record?.kind === 'careEvent' && !record.deleted ? [[record.externalId, record.content]] : [],
    ),
  )
}

/** `W PID-13` or `E SCH-11`: severity and place of everything that was said about a message. */
export function complaints(message: Hl7Message): string[] {
  return [...message.reasons, ...message.entries.flatMap((entry) => entry.reasons)].map(
    ({ severity, path }) => `${severity === 'error' ? 'E' : 'W'} ${path}`,
  )
}
