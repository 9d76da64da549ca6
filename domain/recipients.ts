import type { Recipients } from './action.ts'
import type { CareEventFacts, OrganizationFacts, PatientFacts, StaffFacts } from './facts.ts'
import { sameRole } from './staff.ts'

/**
 * Who gets an action's messages (Who and where): the patient; or staff by name, by role at the care event's facility
 * (no facility: all with the role), or as the care event's own provider. Each of them once, active staff only.
 */
export function recipientsOf(
  recipients: Recipients,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
): readonly (PatientFacts | StaffFacts)[] {
  return recipients.kind === 'patient' ? [careEvent.patient] : staffOf(recipients, careEvent, organization)
}

/** The same for what has that place and those providers, whoever the patient is. */
export function staffOf(
  recipients: Extract<Recipients, { kind: 'staff' }>,
  careEvent: {
    facility: { id: string } | null
    providers: readonly { staffMemberId: string | null }[]
  },
  organization: Pick<OrganizationFacts, 'staff'>,
): readonly StaffFacts[] {
  const linked = recipients.careEventProviders
    ? careEvent.providers.flatMap((provider) => (provider.staffMemberId === null ? [] : [provider.staffMemberId]))
    : []
  const facilityId = careEvent.facility?.id ?? null
  return organization.staff.filter((member) => {
    if (!member.active) return false
    if (recipients.staffIds.includes(member.key) || linked.includes(member.key)) return true
    const isHere = facilityId === null || member.facilityIds.includes(facilityId)
    return isHere && hasRole(member, recipients.roles)
  })
}

function hasRole(member: Pick<StaffFacts, 'roles'>, wanted: readonly string[]): boolean {
  return member.roles.some((role) => wanted.some((each) => sameRole(each, role)))
}

/** As what a staff member gets a care event's message, for the trail: the plainest of the ways that hold. */
export function recipientAs(
  recipients: Recipients,
  member: StaffFacts,
  { providers }: Pick<CareEventFacts, 'providers'>,
): string {
  if (recipients.kind === 'patient') return 'the patient'
  if (recipients.staffIds.includes(member.key)) return 'named in the action'
  const role = recipients.roles.find((wanted) => hasRole(member, [wanted]))
  const treats = recipients.careEventProviders && providers.some(({ staffMemberId }) => staffMemberId === member.key)
  return treats || role === undefined ? "the care event's own provider" : `${role} at the facility`
}

/**
 * Whether some care event's message could go to a staff member, by name, role or provider link: what a change of the
 * member has planned anew. One too many costs a plan; one too few would be a wrong message.
 */
export function mayGoTo(
  recipients: Recipients,
  member: { id: string; roles: readonly string[]; providerId: string | null },
): boolean {
  if (recipients.kind === 'patient') return false
  return (
    recipients.staffIds.includes(member.id) ||
    hasRole(member, recipients.roles) ||
    (recipients.careEventProviders && member.providerId !== null)
  )
}
