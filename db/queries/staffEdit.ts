import { type FieldError, invalid, Problem } from '../../domain/problem.ts'
import {
  hoursByNumber,
  type StaffContactPoint,
  type StaffEdit,
  type StaffInput,
  spelledAlike,
} from '../../domain/staff.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { touchConfiguration } from './facts.ts'
import { getStaffMember, listStaffRoles, type StaffView } from './staff.ts'
import { touchCareEventsOfStaff } from './staffTouches.ts'
import { at } from './values.ts'

/** Adds a checked staff member. Throws `invalid` for ids that this organization does not have. */
export async function createStaffMember(tx: Tx, input: StaffInput, by: By): Promise<StaffView> {
  await takeTurns(tx)
  const id = newId()
  await requireKnown(tx, id, input)
  await tx.query(
    `insert into staff_member (organization_id, id, first_name, last_name, roles, facility_ids, provider_id, user_id,
       time_zone, language, own_hours, active, version, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, 1, $13, $13)`,
    [
      tx.organizationId,
      id,
      input.firstName,
      input.lastName,
      await spelled(tx, input.roles),
      input.facilityIds,
      input.providerId,
      input.userId,
      input.timeZone,
      input.language,
      json(hoursByNumber(input.ownHours)),
      input.active,
      at(by.now),
    ],
  )
  await writeContactPoints(tx, id, input.contactPoints, by)
  return settle(tx, id, null, by)
}

/** Throws `notFound`, `stale` (null: whichever version it is) and `invalid`. */
export async function updateStaffMember(
  tx: Tx,
  id: string,
  edit: StaffEdit,
  version: number | null,
  by: By,
): Promise<StaffView> {
  await takeTurns(tx)
  const before = await getStaffMember(tx, id)
  requireVersion(before, version)
  const wanted = laidOver(before, edit)
  await requireKnown(tx, id, wanted)
  await tx.query(
    `update staff_member set first_name = $2, last_name = $3, roles = $4, facility_ids = $5, provider_id = $6, user_id = $7,
            time_zone = $8, language = $9, own_hours = $10::jsonb, active = $11, updated_at = $12
      where id = $1`,
    [
      id,
      wanted.firstName,
      wanted.lastName,
      edit.roles ? await spelled(tx, edit.roles) : before.roles,
      wanted.facilityIds,
      wanted.providerId,
      wanted.userId,
      wanted.timeZone,
      wanted.language,
      json(hoursByNumber(wanted.ownHours)),
      wanted.active,
      at(by.now),
    ],
  )
  if (edit.contactPoints) await writeContactPoints(tx, id, edit.contactPoints, by)
  return settle(tx, id, before, by)
}

type Fields = Omit<StaffInput, 'contactPoints'>

/** What the edit leaves out stays as it was. */
function laidOver(before: StaffView, edit: StaffEdit): Fields {
  const given = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
  return { ...before, ...(given as Partial<Fields>) }
}

/**
 * Nothing lists or plans them any more; the row stays for the ledger, without their numbers. Throws `notFound`, `stale`,
 * and `conflict` with the actions that name them: those would lose a recipient without anybody deciding so.
 */
export async function deleteStaffMember(tx: Tx, id: string, version: number | null, by: By): Promise<void> {
  // Waits for whoever is saving an action that names them.
  await takeTurns(tx)
  const before = await getStaffMember(tx, id)
  requireVersion(before, version)
  const naming = await actionsNaming(tx, id)
  if (naming.length > 0)
    throw new Problem('conflict', refusal(before, naming), [
      ...naming.map(({ id: actionId, title }) => ({
        path: `customActions.${actionId}`,
        message: `“${title}” names them as a recipient`,
      })),
    ])
  await tx.query(
    `update staff_member set deleted_at = $2, active = false, version = version + 1, updated_at = $2 where id = $1`,
    [id, at(by.now)],
  )
  await tx.query('delete from contact_point where staff_member_id = $1', [id])
  await touchCareEventsOfStaff(tx, [before], by.now)
  await recordAudit(tx, by, { action: 'deleted', subject: 'staff member', subjectId: id, before })
}

/** The actions that name a staff member, inactive ones included: by title. */
export async function actionsNaming(tx: Tx, staffMemberId: string): Promise<{ id: string; title: string }[]> {
  const rows = await tx.query<{ id: string; title: string }>(
    `select id, title from custom_action
      where deleted_at is null and definition->'recipients'->'staffIds' ? $1 order by lower(title), id`,
    [staffMemberId],
  )
  return rows.map((row) => ({ ...row }))
}

function refusal({ firstName, lastName }: StaffView, naming: readonly { title: string }[]): string {
  const titles = naming.slice(0, 5).map(({ title }) => `“${title}”`)
  const more = naming.length > 5 ? ` and ${naming.length - 5} more` : ''
  return (
    `${firstName} ${lastName} is named in ${titles.join(', ')}${more}: take them out there first. ` +
    'Or deactivate them: nothing is sent to them any more, and the actions stay as they are.'
  )
}

/** One edit of staff after the other: each sees what the one before has linked and named. Caches see a new revision. */
const takeTurns = touchConfiguration

function requireVersion({ version }: StaffView, edited: number | null): void {
  if (edited !== null && edited !== version)
    throw new Problem(
      'stale',
      `The staff member is at version ${version}, your edit was made from ${edited}: read it again and redo the edit.`,
    )
}

async function requireKnown(
  tx: Tx,
  id: string,
  { facilityIds, providerId, userId, active }: Pick<StaffInput, 'facilityIds' | 'providerId' | 'userId' | 'active'>,
): Promise<void> {
  const errors: FieldError[] = []
  const facilities = await tx.query<{ id: string }>('select id from facility where id = any($1::uuid[])', [facilityIds])
  facilityIds.forEach((facilityId, n) => {
    if (!facilities.some((known) => known.id === facilityId))
      errors.push({ path: `facilityIds.${n}`, message: 'there is no facility with this id' })
  })
  if (providerId !== null) {
    const [provider] = await tx.query<{ taken: string | null }>(
      `select (select m.first_name || ' ' || m.last_name from staff_member m where m.provider_id = p.id and m.id <> $2
                and m.active and m.deleted_at is null limit 1) as taken
         from provider p where p.id = $1`,
      [providerId, id],
    )
    if (!provider) errors.push({ path: 'providerId', message: 'there is no provider with this id' })
    else if (active && provider.taken !== null)
      errors.push({ path: 'providerId', message: `${provider.taken} is linked to this provider: unlink them first` })
  }
  if (userId !== null) {
    const [user] = await tx.query<{ taken: string | null }>(
      `select (select m.first_name || ' ' || m.last_name from staff_member m where m.user_id = u.id and m.id <> $2
                and m.deleted_at is null limit 1) as taken
         from app_user u where u.id = $1`,
      [userId, id],
    )
    if (!user) errors.push({ path: 'userId', message: 'there is no user with this id' })
    else if (user.taken !== null)
      errors.push({ path: 'userId', message: `${user.taken} signs in as this user: one user is one person` })
  }
  if (errors.length > 0) throw invalid(errors)
}

async function spelled(tx: Tx, roles: readonly string[]): Promise<string[]> {
  return spelledAlike(
    roles,
    (await listStaffRoles(tx)).map(({ role }) => role),
  )
}

/** What stays listed keeps its id, and whether it works. */
async function writeContactPoints(tx: Tx, id: string, points: readonly StaffContactPoint[], by: By): Promise<void> {
  await tx.query(
    `delete from contact_point p where p.staff_member_id = $1
        and not exists (select 1 from jsonb_to_recordset($2::jsonb) as w (channel text, address text)
                         where w.channel = p.channel and w.address = p.address)`,
    [id, JSON.stringify(points)],
  )
  for (const [n, { channel, address, rank = n + 1, worksAgain }] of points.entries()) {
    const kept = await tx.query(
      `update contact_point set rank = $4, invalid_since = case when not $5 then invalid_since end, updated_at = $6
        where staff_member_id = $1 and channel = $2 and address = $3 returning id`,
      [id, channel, address, rank, worksAgain, at(by.now)],
    )
    if (kept.length === 0)
      await tx.query(
        `insert into contact_point (organization_id, id, staff_member_id, channel, address, rank, origin, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, 'practice', $7, $7)`,
        [tx.organizationId, newId(), id, channel, address, rank, at(by.now)],
      )
  }
}

/** What every save ends with: whatever may now go to them, or went to them before, is planned anew. */
async function settle(tx: Tx, id: string, before: StaffView | null, by: By): Promise<StaffView> {
  const stored = await getStaffMember(tx, id)
  if (before && JSON.stringify(stored) === JSON.stringify(before)) return before
  if (before) await tx.query('update staff_member set version = version + 1 where id = $1', [id])
  const after = { ...stored, version: (before?.version ?? 0) + 1 }
  if (!before || plannedWith(before) !== plannedWith(after))
    await touchCareEventsOfStaff(tx, before ? [before, after] : [after], by.now)
  await recordAudit(tx, by, {
    action: before ? 'edited' : 'created',
    subject: 'staff member',
    subjectId: id,
    before,
    after,
  })
  return after
}

/** What plans hang on; a name and a language are read when a text is rendered. */
function plannedWith({ firstName: _first, lastName: _last, language: _language, version: _, ...rest }: StaffView) {
  return JSON.stringify(rest)
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
