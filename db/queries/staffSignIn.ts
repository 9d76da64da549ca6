import type { Tx } from '../orm.ts'

/**
 * The user that a staff member (`m`) signs in as: the one they are linked to, else the one with one of their email
 * addresses. A user who is switched off is nobody.
 */
export const signInUserOf = (m: string): string => `
  select u.id, u.email, u.name from app_user u
   where u.organization_id = ${m}.organization_id and u.disabled_at is null
     and case when ${m}.user_id is not null then u.id = ${m}.user_id
              else u.email in (select c.address from contact_point c where c.organization_id = ${m}.organization_id
                                  and c.staff_member_id = ${m}.id and c.channel = 'email') end
   order by u.id limit 1`

/**
 * Whether a user may open what was sent securely to a staff member (PHI: staff sign in instead): they are that person,
 * and still active. The transaction's organization is the user's own, so nobody of another one gets this far.
 */
export async function mayOpenAsStaff(tx: Tx, userId: string, staffMemberId: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from staff_member m, lateral (${signInUserOf('m')}) u
      where m.id = $1 and m.active and m.deleted_at is null and u.id = $2`,
    [staffMemberId, userId],
  )
  return rows.length > 0
}
