import { type InboundRecord, inboundKindOrder } from './normalForm.ts'
import type { WireEntry, WireMessage } from './wireMessage.ts'

/** An entry that can be stored. */
export interface Usable {
  entry: WireEntry
  record: InboundRecord
}

/**
 * The entries that can be stored, in the order in which they are: a history Bundle has the newest version first;
 * otherwise what refers to others comes after them.
 */
export function inApplyOrder({
  bundleType,
  entries,
  notification,
}: Pick<WireMessage, 'bundleType' | 'entries' | 'notification'>): Usable[] {
  const usable = entries.flatMap((entry) => (entry.record === null ? [] : [{ entry, record: entry.record }]))
  if (bundleType === 'history' && notification === undefined) usable.reverse()
  return usable.sort((a, b) => inboundKindOrder[a.record.kind] - inboundKindOrder[b.record.kind])
}
