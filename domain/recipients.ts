import type { Recipients } from './action.ts'
import type { CareEventFacts, OrganizationFacts, PatientFacts, StaffFacts } from './facts.ts'

/**
 * Who gets an action's messages (Who and where): the patient; or staff by name, by role at the care event's facility
 * (no facility: all with the role), or as the care event's own provider. Each of them once, active staff only.
 */
export function recipientsOf(
  recipients: Recipients,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
): readonly (PatientFacts | StaffFacts)[] {
  if (recipients.kind === 'patient') return [careEvent.patient]
  const linked = recipients.careEventProviders
    ? careEvent.providers.flatMap((provider) => (provider.staffMemberId === null ? [] : [provider.staffMemberId]))
    : []
  const facilityId = careEvent.facility?.id ?? null
  return organization.staff.filter((member) => {
    if (!member.active) return false
    if (recipients.staffIds.includes(member.key) || linked.includes(member.key)) return true
    const isHere = facilityId === null || member.facilityIds.includes(facilityId)
    return isHere && member.roles.some((role) => recipients.roles.includes(role))
  })
}
