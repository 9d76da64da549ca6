import * as z from 'zod'
import { waitingOfResources } from '../../db/queries/enablement.ts'
import {
  type FacilityView,
  getResource,
  listResources,
  type PracticeResource,
  type ResourceView,
  updateResource,
  updateResources,
} from '../../db/queries/practiceResources.ts'
import { isZone } from '../../domain/time.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { type Route, route } from '../route.ts'

const tag = 'Practice resources'

export const zone = z
  .string()
  .max(100)
  .refine(isZone, {
    error: ({ input }) => `'${String(input).slice(0, 60)}' is not an IANA time zone; write e.g. America/New_York`,
  })

const resource = z.strictObject({
  id: z.uuid(),
  externalId: z.string().nullable(),
  name: z.string(),
  publicName: z.string().nullable(),
  sensitive: z.boolean(),
  enabled: z.boolean(),
})
const facility = z
  .strictObject({
    ...resource.shape,
    timeZone: z.string().nullable(),
    state: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
  })
  .meta({ id: 'Facility' })

const edit = {
  publicName: z.string().trim().min(1, 'give a name, or null for the EHR’s own').max(200).nullable().optional(),
  sensitive: z.boolean().optional(),
  enabled: z.boolean().optional(),
}
const facilityEdit = {
  ...edit,
  timeZone: zone.nullable().optional(),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a state is two capital letters')
    .nullable()
    .optional(),
  phone: z.string().trim().min(1).max(40).nullable().optional(),
  address: z.string().trim().min(1).max(500).nullable().optional(),
}
const filters = {
  enabled: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  q: z.string().trim().max(200).optional(),
}

const bulkEdit = z
  .strictObject({
    ids: z.array(z.uuid()).min(1, 'name at least one').max(500),
    enabled: z.boolean().optional(),
    sensitive: z.boolean().optional(),
  })
  .refine(({ enabled, sensitive }) => enabled !== undefined || sensitive !== undefined, {
    message: 'say what to change: enabled or sensitive',
  })
const bulkOutcome = z
  .strictObject({
    items: z.array(z.strictObject({ id: z.uuid(), outcome: z.enum(['changed', 'unchanged', 'notFound']) })),
    /** Waiting messages that are dropped because of it. */
    dropped: z.int(),
  })
  .meta({ id: 'PracticeResourceBulkOutcome' })

/** The three kinds differ in their fields alone. */
function routesOf<T extends ResourceView>(
  path: string,
  kind: PracticeResource,
  noun: string,
  view: z.ZodType<T>,
  body: z.ZodType<Record<string, unknown>>,
): Route[] {
  return [
    route({
      method: 'get',
      path,
      tag,
      role: 'staff',
      summary: `Each ${noun} that the EHR sent`,
      query: listQuery(filters),
      response: listOf(view),
      handle: ({ tx, query }) => listResources<T>(tx, kind, query),
    }),
    route({
      method: 'get',
      path: `${path}/{id}`,
      tag,
      role: 'staff',
      summary: `One ${noun}`,
      params: idParams,
      response: view,
      handle: ({ tx, params }) => getResource<T>(tx, kind, params.id),
    }),
    route({
      method: 'post',
      path: `${path}/bulk`,
      tag,
      role: 'admin',
      summary: `Switch many on or off, or mark them sensitive; tells what became of each ${noun}`,
      body: bulkEdit,
      response: bulkOutcome,
      handle: async ({ tx, body: { ids, ...changes }, who, now }) => {
        const dropped = changes.enabled === false ? await waitingOfResources(tx, kind, ids) : 0
        return { items: await updateResources(tx, kind, ids, changes, { who, now }), dropped }
      },
    }),
    route({
      method: 'patch',
      path: `${path}/{id}`,
      tag,
      role: 'admin',
      summary: `What the practice sets itself about the ${noun}; a sync never overwrites it`,
      params: idParams,
      body,
      response: view,
      handle: ({ tx, params, body: changes, who, now }) =>
        updateResource<T>(tx, kind, params.id, changes, { who, now }),
    }),
  ]
}

const plain: z.ZodType<ResourceView> = resource
const withPlace: z.ZodType<FacilityView> = facility

export const practiceResourceRoutes = [
  ...routesOf('/api/facilities', 'facility', 'facility', withPlace, z.strictObject(facilityEdit)),
  ...routesOf('/api/providers', 'provider', 'provider', plain.meta({ id: 'Provider' }), z.strictObject(edit)),
  ...routesOf(
    '/api/appointment-types',
    'appointment_type',
    'appointment type',
    plain.meta({ id: 'AppointmentType' }),
    z.strictObject(edit),
  ),
]
