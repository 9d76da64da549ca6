import type { SecureContent } from '../../db/openSecureMessage.ts'
import type { DeliveryView } from '../../db/queries/deliveries.ts'
import { nextDeliveryState } from '../../domain/delivery.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { LinkState } from '../../domain/secureOpening.ts'
import { writtenDate, writtenOut } from '../words/time.ts'

interface Context {
  zone: Zone
  now: Instant
  mayAdmin: boolean
}

/** Beside the channel of a row: that only a link went out, and whether it was opened; null for an open text. */
export function secureWord({ secure, openedAt }: Pick<DeliveryView, 'secure' | 'openedAt'>): string | null {
  if (!secure) return null
  return openedAt === null ? 'secure, not opened yet' : 'secure, opened'
}

/** The card of a secure message: whether it was opened, how its link stands, and what may be done; null for none. */
export function secureModel(
  delivery: DeliveryView,
  link: { state: LinkState; expiresAt: Instant } | null,
  content: SecureContent | null,
  { zone, now, mayAdmin }: Context,
) {
  if (!delivery.secure) return null
  const opened = delivery.openedAt === null ? null : Date.parse(delivery.openedAt)
  return {
    opened: opened === null ? 'Nobody has opened it yet.' : `Opened ${writtenOut(opened, zone, now)}.`,
    link: link && linkSentences[link.state].replace('{until}', writtenDate(link.expiresAt, zone)),
    warn: link !== null && link.state !== 'opens',
    mayReissue: nextDeliveryState(delivery.status, 'reissue') !== undefined,
    mayRead: mayAdmin && link !== null && content === null,
    content,
  }
}

const linkSentences: Record<LinkState, string> = {
  opens: 'The link works until {until}.',
  locked:
    'The patient’s messages are locked, because a wrong birth date was given five times. A new link unlocks them.',
  expired: 'The link expired {until}.',
  replaced: 'The link does not open anything any more.',
}
