import type { ActionDefinition } from '../../domain/action.ts'
import type { Instant } from '../../domain/instant.ts'
import { mayGoTo } from '../../domain/recipients.ts'
import type { Tx } from '../orm.ts'
import { touchConfiguration } from './configuration.ts'
import { touchCareEventsOfAction } from './touches.ts'

type Reached = Parameters<typeof mayGoTo>[1]

/** The care events of every active action that may go to one of these: after a change of them, as they were and are. */
export async function touchCareEventsOfStaff(tx: Tx, members: readonly Reached[], now: Instant): Promise<void> {
  const actions = await tx.query<{ id: string; definition: ActionDefinition }>(
    `select id, definition from custom_action
      where deleted_at is null and status = 'active' and definition->'recipients'->>'kind' = 'staff'`,
  )
  for (const { id, definition } of actions)
    if (members.some((member) => mayGoTo(definition.recipients, member)))
      await touchCareEventsOfAction(tx, id, definition, now)
}

/** The same for the staff behind a number or address: after an opt-out from their phone. */
export async function touchCareEventsOfStaffBehind(tx: Tx, address: string, now: Instant): Promise<void> {
  const members = await tx.query<Reached & object>(
    `select distinct m.id, m.roles, m.provider_id as "providerId" from contact_point p
       join staff_member m on m.organization_id = p.organization_id and m.id = p.staff_member_id
      where p.address = $1 and m.active`,
    [address],
  )
  if (members.length === 0) return
  // Contact points and consents of staff are part of what plans share.
  await touchConfiguration(tx)
  await touchCareEventsOfStaff(tx, members, now)
}

/** After a change of a user: whether the staff who are that user can sign in is part of what plans hang on. */
export async function touchStaffOfUser(tx: Tx, user: { id: string; email: string }, now: Instant): Promise<void> {
  const members = await tx.query<Reached & object>(
    `select distinct m.id, m.roles, m.provider_id as "providerId" from staff_member m
       left join contact_point p on p.organization_id = m.organization_id and p.staff_member_id = m.id and p.channel = 'email'
      where m.deleted_at is null and (m.user_id = $1 or (m.user_id is null and p.address = $2))`,
    [user.id, user.email],
  )
  if (members.length === 0) return
  await touchConfiguration(tx)
  await touchCareEventsOfStaff(tx, members, now)
}
