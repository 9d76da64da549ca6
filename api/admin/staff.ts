import * as z from 'zod'
import { getStaffMember, listStaff, listStaffRoles } from '../../db/queries/staff.ts'
import { createStaffMember, deleteStaffMember, updateStaffMember } from '../../db/queries/staffEdit.ts'
import { textChannels } from '../../domain/action.ts'
import { staffEditSchema, staffInputSchema, weekdays, workingHoursSchema } from '../../domain/staff.ts'
import { idParams, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'

const tag = 'Staff'
const consent = z.enum(['presumed', 'granted', 'denied'])

const staffMember = z
  .strictObject({
    id: z.uuid(),
    version: z.int(),
    firstName: z.string(),
    lastName: z.string(),
    roles: z.array(z.string()),
    facilityIds: z.array(z.uuid()),
    providerId: z.uuid().nullable(),
    userId: z.uuid().nullable(),
    signsInAs: z
      .strictObject({ userId: z.uuid(), email: z.string() })
      .nullable()
      .meta({ description: 'Opens secure messages as this user: by userId, else by an email address both have.' }),
    timeZone: z.string().nullable(),
    language: z.string().nullable(),
    ownHours: z.record(z.enum(weekdays), workingHoursSchema.nullable()).nullable(),
    contactPoints: z.array(
      z.strictObject({
        id: z.uuid(),
        channel: z.enum(textChannels),
        address: z.string(),
        rank: z.int(),
        invalidSince: isoInstantOrNull,
        consent: z.strictObject({ care: consent, outreach: consent }),
      }),
    ),
    active: z.boolean(),
  })
  .meta({ id: 'StaffMember' })

const filters = {
  q: z.string().trim().max(200).optional(),
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  role: z.string().trim().max(100).optional(),
  facilityId: z.uuid().optional(),
}

export const staffRoutes = [
  route({
    method: 'get',
    path: '/api/staff',
    tag,
    role: 'manager',
    summary: 'The people of the practice who can get messages, by last name',
    query: listQuery(filters),
    response: listOf(staffMember),
    handle: ({ tx, query }) => listStaff(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/staff',
    tag,
    role: 'manager',
    status: 201,
    summary: 'Add a staff member; roles are words of your own, at whose facilities they get messages',
    body: staffInputSchema,
    response: staffMember,
    handle: ({ tx, body, who, now }) => createStaffMember(tx, body, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/staff/{id}',
    tag,
    role: 'manager',
    summary: 'One staff member',
    params: idParams,
    response: staffMember,
    handle: ({ tx, params }) => getStaffMember(tx, params.id),
  }),
  route({
    method: 'patch',
    path: '/api/staff/{id}',
    tag,
    role: 'manager',
    versioned: true,
    summary: 'Edit any field, lists as a whole; what waits for them is planned anew',
    params: idParams,
    body: staffEditSchema,
    response: staffMember,
    handle: ({ tx, params, body, version, who, now }) => updateStaffMember(tx, params.id, body, version, { who, now }),
  }),
  route({
    method: 'delete',
    path: '/api/staff/{id}',
    tag,
    role: 'manager',
    summary: 'Delete a staff member whom no action names; the ledger keeps what they got',
    params: idParams,
    handle: ({ tx, params, version, who, now }) => deleteStaffMember(tx, params.id, version, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/staff-roles',
    tag,
    role: 'manager',
    summary: 'The roles that somebody has, and how many active staff have each',
    query: listQuery({}),
    response: listOf(z.strictObject({ role: z.string(), staff: z.int() })),
    handle: async ({ tx }) => ({ items: await listStaffRoles(tx), nextCursor: null }),
  }),
]
