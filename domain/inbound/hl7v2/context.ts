import type { Instant, Zone } from '../../instant.ts'
import type { SourceVersion } from '../normalForm.ts'
import type { Hl7v2Settings } from './settings.ts'

/** What reading one message needs to know besides the message. */
export interface Hl7Context {
  /** When it arrived: a birth is before it. */
  now: Instant
  /** ISO 3166: the country of phone numbers that name none. */
  region: string
  settings: Hl7v2Settings
  /** The zone of a facility by its external id; the organization's where that one is not known, or null is asked for. */
  zoneOf(facilityExternalId: string | null): Zone
}

/** One message being read. */
export interface MessageContext extends Hl7Context {
  /** MSH-9.1 and 9.2, in capitals. */
  type: string
  trigger: string
  version: SourceVersion
}
