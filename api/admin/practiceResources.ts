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
import { facilityEditSchema, resourceEditSchema } from '../../domain/practiceResource.ts'
import { idParams, listOf, listQuery } from '../input.ts'
import { type Route, route } from '../route.ts'

const tag = 'Practice resources'

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
  ...routesOf('/api/facilities', 'facility', 'facility', withPlace, facilityEditSchema),
  ...routesOf('/api/providers', 'provider', 'provider', plain.meta({ id: 'Provider' }), resourceEditSchema),
  ...routesOf(
    '/api/appointment-types',
    'appointment_type',
    'appointment type',
    plain.meta({ id: 'AppointmentType' }),
    resourceEditSchema,
  ),
]
