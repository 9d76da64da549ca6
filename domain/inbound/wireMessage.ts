import type { BundleType } from './fhir/bundle.ts'
import type { InboundRecord } from './normalForm.ts'
import type { Notification } from './notification.ts'
import type { InboundReason } from './reason.ts'

/** One part of a message, whatever its format: its record, or (with at least one error among the reasons) null. */
export interface WireEntry {
  /** Position in a Bundle; null for what came alone. */
  index: number | null
  /** What the answer calls it, e.g. `Appointment/a-1` or `DG1(2)`; null where it names no type. */
  resource: string | null
  record: InboundRecord | null
  reasons: InboundReason[]
}

/** A message as it was read, before anything of it is stored. */
export interface WireMessage {
  /** FHIR's; null: a single resource, or another format. */
  bundleType: BundleType | null
  /** In the order of the message. */
  entries: WireEntry[]
  /** What is wrong with the message as a whole; with an error among it there are no entries. */
  reasons: InboundReason[]
  /** What its header says of it; left out: it has none, and the entries tell. */
  about?: { kind: string | null; controlId: string | null }
  /** The zones that it was read by, where those may be others by now. */
  asOf?: string
  /** It says that something changed, and nothing of what. */
  unnamedChange?: true
  /** What a subscription says of itself. */
  notification?: Notification
}
