import type { CareEventFacts, Decided, DecidedDelivery, OrganizationFacts, PatientFacts, StaffFacts } from './facts.ts'
import type { Instant, Zone } from './instant.ts'
import { type RecipientRules, recipientRules } from './rules.ts'
import { type ChosenZones, facilityZones, recipientZones } from './zones.ts'

/** What all actions of one plan share; zones and rules of a recipient are made when the first action asks for them. */
export interface PlanContext {
  careEvent: CareEventFacts
  organization: OrganizationFacts
  decided: Decided
  now: Instant
  facility: ChosenZones
  facilityZone: Zone
  deliveriesOf(actionId: string): readonly DecidedDelivery[]
  /** The other care events of the patient around the same day, each as its own plan sees it. */
  siblings(): readonly PlanContext[]
  rulesOf(recipient: PatientFacts | StaffFacts): { zones: ChosenZones; rules: RecipientRules }
}

const none: readonly DecidedDelivery[] = []

export function planContext(
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
  decided: Decided,
  now: Instant,
): PlanContext {
  const facility = facilityZones(careEvent, organization)
  const facilityZone = facility.zones[0] as Zone
  const byAction = new Map<string, DecidedDelivery[]>()
  for (const delivery of decided.deliveries) {
    const list = byAction.get(delivery.actionId)
    if (list) list.push(delivery)
    else byAction.set(delivery.actionId, [delivery])
  }
  let siblings: readonly PlanContext[] | undefined
  const byRecipient = new Map<string, { zones: ChosenZones; rules: RecipientRules }>()
  return {
    careEvent,
    organization,
    decided,
    now,
    facility,
    facilityZone,
    deliveriesOf: (actionId) => byAction.get(actionId) ?? none,
    siblings: () => {
      siblings ??= (decided.siblings ?? []).map((sibling) =>
        planContext(sibling.careEvent, organization, sibling.decided, now),
      )
      return siblings
    },
    rulesOf: (recipient) => {
      let found = byRecipient.get(recipient.key)
      if (!found) {
        const zones = recipientZones(recipient, careEvent, organization)
        found = { zones, rules: recipientRules(recipient, zones.zones, facilityZone, careEvent, organization) }
        byRecipient.set(recipient.key, found)
      }
      return found
    },
  }
}
