import type { Recipients } from '../../domain/action.ts'
import type { OrganizationFacts } from '../../domain/facts.ts'
import { staffOf } from '../../domain/recipients.ts'
import type { PracticeSwitches } from './practiceSwitches.ts'

/** Care events of one place and the same providers: the same staff get their messages. */
export interface StaffGroup {
  facilityId: string | null
  providerIds: string[]
  count: number
}

/**
 * How many messages to staff care events make, and to how many people: who they are is asked once for all that have the
 * same place and providers. One that nobody gets counts as one message that can't be delivered.
 */
export function countStaffMessages(
  recipients: Extract<Recipients, { kind: 'staff' }>,
  groups: readonly StaffGroup[],
  { providers }: Pick<PracticeSwitches, 'providers'>,
  organization: OrganizationFacts,
): { count: number; staff: number } {
  const people = new Set<string>()
  let count = 0
  for (const group of groups) {
    const place = group.facilityId === null ? null : { id: group.facilityId }
    const own = providers.filter(({ id }) => group.providerIds.includes(id))
    const members = staffOf(recipients, { facility: place, providers: own }, organization)
    for (const { key } of members) people.add(key)
    count += group.count * Math.max(1, members.length)
  }
  return { count, staff: people.size }
}
