import type { RecipientFacts } from '../../domain/facts.ts'
import { notFound } from '../../domain/problem.ts'
import { hoursByName, type Weekday, type WorkingHours } from '../../domain/staff.ts'
import type { Tx } from '../orm.ts'
import { type ConsentState, latestConsentOf } from './contactPoints.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { signInUserOf } from './staffSignIn.ts'
import { isoOrNull, type Stamp } from './values.ts'

export interface StaffContactPointView {
  id: string
  channel: 'sms' | 'voice' | 'email'
  address: string
  rank: number
  invalidSince: string | null
  consent: { care: ConsentState; outreach: ConsentState }
}
/** A staff member as the contract shows one. */
export interface StaffView {
  id: string
  version: number
  firstName: string
  lastName: string
  roles: string[]
  facilityIds: string[]
  providerId: string | null
  userId: string | null
  /** Whom they open secure messages as: by `userId`, else by an email address that both have; null: nobody. */
  signsInAs: { userId: string; email: string } | null
  timeZone: string | null
  language: string | null
  ownHours: Record<Weekday, WorkingHours | null> | null
  contactPoints: StaffContactPointView[]
  active: boolean
}
interface Row extends Omit<StaffView, 'ownHours' | 'contactPoints'> {
  ownHours: RecipientFacts['ownHours']
}

const columns = `m.id, m.version, m.first_name as "firstName", m.last_name as "lastName", m.roles, m.facility_ids as "facilityIds",
  m.provider_id as "providerId", m.user_id as "userId", m.time_zone as "timeZone", m.language, m.own_hours as "ownHours", m.active,
  (select jsonb_build_object('userId', s.id, 'email', s.email) from (${signInUserOf('m')}) s) as "signsInAs"`
const sortName = `lower(m.last_name || ' ' || m.first_name) collate "C"`

export interface StaffFilter extends PageRequest {
  /** Part of a name. */
  q?: string | undefined
  active?: boolean | undefined
  role?: string | undefined
  facilityId?: string | undefined
}

/** By last name, then first name. */
export async function listStaff(tx: Tx, filter: StaffFilter): Promise<Page<StaffView>> {
  const after = decodeCursor(filter.cursor, ['text', 'id'])
  const rows = await tx.query<Row & { sortName: string }>(
    `select ${columns}, ${sortName} as "sortName" from staff_member m
      where m.deleted_at is null and ($1::text is null or position(lower($1) in lower(m.first_name || ' ' || m.last_name)) > 0)
        and ($2::boolean is null or m.active = $2)
        and ($3::text is null or exists (select 1 from unnest(m.roles) r where lower(r) = lower($3)))
        and ($4::uuid is null or $4 = any(m.facility_ids))
        and ($5::text is null or (${sortName}, m.id) > ($5, $6::uuid))
      order by ${sortName}, m.id limit $7`,
    [
      filter.q || null,
      filter.active ?? null,
      filter.role || null,
      filter.facilityId ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      filter.limit + 1,
    ],
  )
  const page = pageOf(
    rows,
    filter.limit,
    ({ sortName: _sortName, ...row }) => row,
    (row) => [row.sortName, row.id],
  )
  return { ...page, items: await withContactPoints(tx, page.items) }
}

/** Throws `notFound`, for deleted ones too. */
export async function getStaffMember(tx: Tx, id: string): Promise<StaffView> {
  const rows = await tx.query<Row>(`select ${columns} from staff_member m where m.id = $1 and m.deleted_at is null`, [
    id,
  ])
  const [member] = await withContactPoints(tx, rows)
  if (!member) throw notFound('staff member')
  return member
}

async function withContactPoints(tx: Tx, rows: readonly Row[]): Promise<StaffView[]> {
  if (rows.length === 0) return []
  const points = await tx.query<
    Omit<StaffContactPointView, 'consent' | 'invalidSince'> & {
      staffMemberId: string
      invalidSince: Stamp | null
      care: ConsentState | null
      outreach: ConsentState | null
    }
  >(
    `select p.id, p.staff_member_id as "staffMemberId", p.channel, p.address, p.rank, p.invalid_since as "invalidSince",
            ${latestConsentOf('care')}, ${latestConsentOf('outreach')}
       from contact_point p where p.staff_member_id = any($1::uuid[]) order by p.rank, p.channel, p.id`,
    [rows.map(({ id }) => id)],
  )
  const byMember = Map.groupBy(points, ({ staffMemberId }) => staffMemberId)
  return rows.map((row) => ({
    ...row,
    ownHours: hoursByName(row.ownHours),
    contactPoints: (byMember.get(row.id) ?? []).map((point) => ({
      id: point.id,
      channel: point.channel,
      address: point.address,
      rank: point.rank,
      invalidSince: isoOrNull(point.invalidSince),
      consent: { care: point.care ?? 'presumed', outreach: point.outreach ?? 'presumed' },
    })),
  }))
}

/** Names by id, of everybody that the ledger or a plan may mention. */
export async function readStaffNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<{ id: string; name: string }>(
    `select id, first_name || ' ' || last_name as name from staff_member where id::text = any($1::text[])`,
    [[...ids]],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export interface StaffRole {
  role: string
  /** How many active staff have it. */
  staff: number
}

/** The roles that somebody has, for pickers: by name. */
export async function listStaffRoles(tx: Tx): Promise<StaffRole[]> {
  const rows = await tx.query<StaffRole>(
    `select min(r.role) as role, (count(distinct m.id) filter (where m.active))::int as staff
       from staff_member m, unnest(m.roles) as r (role) where m.deleted_at is null
      group by lower(r.role) order by lower(r.role)`,
  )
  return rows.map((row) => ({ ...row }))
}
