import type { Instant } from '../instant.ts'
import type { SourceVersion } from './normalForm.ts'

/**
 * Whether what arrives is older than what is stored, and must not win (Inbound: order). Without an order on either side
 * the order of arrival counts. What was cancelled or deleted comes back only by something newer, not by as old.
 */
export function isOlder(stored: Instant | null, incoming: SourceVersion, revives: boolean): boolean {
  if (stored === null || incoming.lastUpdated === null) return false
  return revives ? incoming.lastUpdated <= stored : incoming.lastUpdated < stored
}

/** The order to keep: what arrives without one does not make the stored one forgotten. */
export function newerOf(stored: Instant | null, incoming: SourceVersion): Instant | null {
  if (stored === null || incoming.lastUpdated === null) return stored ?? incoming.lastUpdated
  return Math.max(stored, incoming.lastUpdated)
}
