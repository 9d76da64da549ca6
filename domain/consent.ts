import { type Category, type TextChannel, typeTraits } from './action.ts'
import type { ActionFacts, ContactPointFacts, OrganizationFacts, RecipientFacts } from './facts.ts'
import type { ReasonCode } from './reasons.ts'

export interface ChannelLadder {
  /** In the order in which they are tried; empty when there is a reason. */
  points: readonly ContactPointFacts[]
  reason: ReasonCode | null
}

/** Care or outreach: what consent and the outreach hours go by. */
export function categoryOf(action: ActionFacts): Category {
  return action.definition.category ?? typeTraits[action.definition.type].defaultCategory
}

/**
 * The contact points of a recipient that a message may use, in order (Who and where): their own preference, or the
 * action's order of channels first. An override reorders; it never brings back a channel that was denied.
 */
export function channelLadder(
  recipient: RecipientFacts,
  action: ActionFacts,
  organization: Pick<OrganizationFacts, 'requireOptIn'>,
): ChannelLadder {
  const valid = recipient.contactPoints.filter((point) => point.invalidSince === null)
  if (valid.length === 0) return { points: [], reason: 'noContactPoint' }
  const category = categoryOf(action)
  const allowed = valid.filter((point) => mayUse(recipient, point, category, organization.requireOptIn))
  if (allowed.length === 0) return { points: [], reason: 'noConsent' }
  const override = action.definition.channels.override
  const place = (channel: TextChannel) => {
    const at = override?.indexOf(channel) ?? 0
    return at === -1 ? Number.MAX_SAFE_INTEGER : at
  }
  const points = [...allowed].sort((a, b) => place(a.channel) - place(b.channel) || a.rank - b.rank)
  return { points, reason: null }
}

/** Presumed for a patient who gave the number, unless the organization asks for an opt-in; a denial always stands. */
function mayUse(
  recipient: RecipientFacts,
  point: ContactPointFacts,
  category: Category,
  requireOptIn: boolean,
): boolean {
  let granted = recipient.kind === 'staff' || !requireOptIn
  for (const consent of recipient.consents) {
    if (consent.address !== point.address || consent.channel !== point.channel || consent.category !== category)
      continue
    if (consent.state === 'denied') return false
    granted = true
  }
  return granted
}
