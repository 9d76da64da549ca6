import * as z from 'zod'
import { createClosure, deleteClosure, listClosures } from '../../db/queries/closures.ts'
import { usageByType, waitingByResource, waitingOfKind } from '../../db/queries/enablement.ts'
import { getOrganization, updateOrganization } from '../../db/queries/organization.ts'
import { withReplanning } from '../../db/queries/replanning.ts'
import { actionTypes } from '../../domain/action.ts'
import { hasCalendar, holidayOn, holidaysOf } from '../../domain/holidays.ts'
import { dayMs } from '../../domain/instant.ts'
import { deliveryRulesSchema, organizationSettingsSchema, resourceKinds } from '../../domain/organization.ts'
import { zoneSchema } from '../../domain/practiceResource.ts'
import { formatDate, localDate } from '../../domain/time.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import { replanning } from './customActionShapes.ts'

const tag = 'Organization'

const organization = z
  .strictObject({ id: z.uuid(), version: z.int(), ...organizationSettingsSchema.shape, replanning })
  .meta({ id: 'Organization' })
const { quietHours, sundays, holidays, recentEdit } = deliveryRulesSchema.shape
const country = holidays.shape.country.refine(hasCalendar, 'there is no calendar of this country: write e.g. US')
/** Rules, and parts of a rule, that are left out stay as they are. */
const rulesEdit = z
  .strictObject({
    quietHours: quietHours.partial(),
    sundays: sundays.partial(),
    holidays: holidays.partial().extend({ country: country.optional() }),
    recentEdit: recentEdit.partial(),
  })
  .partial()
export const organizationEdit = z
  .strictObject({ ...organizationSettingsSchema.shape, timeZone: zoneSchema, deliveryRules: rulesEdit })
  .partial()
  .meta({ id: 'OrganizationEdit' })

const resourceWaiting = z.array(z.strictObject({ id: z.uuid(), waiting: z.int() }))
const waiting = z
  .strictObject({
    actionTypes: z.array(z.strictObject({ type: z.enum(actionTypes), waiting: z.int() })),
    resourceKinds: z.array(z.strictObject({ kind: z.enum(resourceKinds), waiting: z.int() })),
    facilities: resourceWaiting,
    providers: resourceWaiting,
    appointmentTypes: resourceWaiting,
  })
  .meta({ id: 'WaitingMessages' })

const closureInput = z
  .strictObject({
    facilityId: z.uuid().nullable().default(null),
    from: z.iso.date('a day is YYYY-MM-DD'),
    to: z.iso.date('a day is YYYY-MM-DD'),
    name: z.string().trim().min(1, 'say why it is closed').max(200),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'the last day is not before the first' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 366 * dayMs, {
    path: ['to'],
    message: 'a closure is at most a year: what is closed for longer is switched off',
  })
const closure = z
  .strictObject({
    id: z.uuid(),
    facilityId: z.uuid().nullable(),
    from: z.iso.date(),
    to: z.iso.date(),
    name: z.string(),
  })
  .meta({ id: 'Closure' })

const state = z.string().regex(/^[A-Z]{2}$/, 'a state is two capital letters')
const holiday = z
  .strictObject({ date: z.iso.date(), rule: z.string(), name: z.string(), closed: z.boolean() })
  .meta({ id: 'Holiday' })

export const organizationRoutes = [
  route({
    method: 'get',
    path: '/api/organization',
    tag,
    role: 'staff',
    summary: 'Settings: zone, delivery rules, enabled types and kinds, pause',
    response: organization,
    handle: async ({ tx }) => withReplanning(tx, await getOrganization(tx)),
  }),
  route({
    method: 'patch',
    path: '/api/organization',
    tag,
    role: 'admin',
    summary:
      'Change settings; what waits is planned anew. Of deliveryRules, what is left out stays. If-Match is honoured',
    body: organizationEdit,
    response: organization,
    handle: ({ tx, body, version, who, now }) => updateOrganization(tx, body, version, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/organization/waiting',
    tag,
    role: 'staff',
    summary:
      'How many waiting messages would be dropped by switching off a type of action, a kind of practice resource, or one of them',
    response: waiting,
    handle: async ({ tx }) => {
      const usage = await usageByType(tx)
      const each = async (kind: Parameters<typeof waitingByResource>[1]) =>
        [...(await waitingByResource(tx, kind))].map(([id, waiting]) => ({ id, waiting }))
      const kinds: z.output<typeof waiting>['resourceKinds'] = []
      for (const kind of resourceKinds) kinds.push({ kind, waiting: await waitingOfKind(tx, kind) })
      return {
        actionTypes: actionTypes.map((type) => ({ type, waiting: usage.get(type)?.waiting ?? 0 })),
        resourceKinds: kinds,
        facilities: await each('facility'),
        providers: await each('provider'),
        appointmentTypes: await each('appointment_type'),
      }
    },
  }),
  route({
    method: 'get',
    path: '/api/closures',
    tag,
    role: 'staff',
    summary: 'Days on which a facility, or the whole organization, is closed',
    query: listQuery({}),
    response: listOf(closure),
    handle: ({ tx, query }) => listClosures(tx, query),
  }),
  route({
    method: 'post',
    path: '/api/closures',
    tag,
    role: 'admin',
    status: 201,
    summary: 'Close for some days; the holidays rule keeps messages off them',
    body: closureInput,
    response: closure,
    handle: ({ tx, body, who, now }) => createClosure(tx, body, { who, now }),
  }),
  route({
    method: 'delete',
    path: '/api/closures/{id}',
    tag,
    role: 'admin',
    summary: 'Take a closure back',
    params: idParams,
    handle: ({ tx, params, who, now }) => deleteClosure(tx, params.id, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/holidays',
    tag,
    role: 'staff',
    summary: 'The calendar of a year, for the organization’s state or another one, and which days are kept',
    query: z.strictObject({ year: z.coerce.number().int().min(2000).max(2100).optional(), state: state.optional() }),
    response: z.strictObject({ items: z.array(holiday), nextCursor: z.null() }),
    handle: async ({ tx, query, now }) => {
      const { timeZone, state: ownState, deliveryRules } = await getOrganization(tx)
      const settings = deliveryRules.holidays
      const year = query.year ?? Number(localDate(timeZone, now).slice(0, 4))
      const where = query.state ?? ownState
      const items = holidaysOf(settings.country, where, year).map(({ day, rule, name }) => ({
        date: formatDate(day),
        rule,
        name,
        closed: settings.enabled && holidayOn(day, where, settings)?.rule === rule,
      }))
      return { items, nextCursor: null }
    },
  }),
]
