/** What can be wrong with an inbound message: a closed list, shared by every wire format. */
const inboundReasonCodes = [
  'malformed',
  'unsupportedResource',
  'unsupportedRequest',
  'missing',
  'wrongType',
  'tooLong',
  'invalidDate',
  'invalidInstant',
  'unknownCode',
  'unknownZone',
  'invalidContactPoint',
  'unresolvedReference',
  'inconsistent',
] as const
export type InboundReasonCode = (typeof inboundReasonCodes)[number]

/**
 * Why a message, or a part of it, was not taken. An `error` keeps the record out; a `warning` names what was left out
 * of a record that was taken. The message never repeats what a person's record says: it is stored and logged.
 */
export interface InboundReason {
  severity: 'error' | 'warning'
  code: InboundReasonCode
  /** Where, in the wire format's own words: `Appointment.start`, `PID-3`, a column's name. */
  path: string
  /** What is wrong there, and what would be right. */
  message: string
}
