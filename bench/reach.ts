import { readConfiguration } from '../db/queries/facts.ts'
import { type Reach, reachDefaults, readReach } from '../db/queries/reach.ts'
import { type ActionDefinition, actionDefinitionSchema } from '../domain/action.ts'
import { dayMs } from '../domain/instant.ts'
import { type Figure, figureOf, quantile, round } from './figure.ts'
import { type BigPractice, storeManyAppointments } from './manyAppointments.ts'
import type { Product } from './product.ts'

const careEvents = 1_000_000
const patients = 250_000
const runs = 40

/**
 * Reach over a million care events with three filters and a horizon of 90 days, as the editor asks for it, and the
 * hand-written count with the same predicate, taken in turns. Filters that match few are judged one by one; `broad` is the
 * same with wide ones, where a sample is.
 */
export async function reach(product: Product): Promise<Figure> {
  const now = Date.now()
  const span = { from: now - 900 * dayMs, to: now + 180 * dayMs }
  const practice = await storeManyAppointments(product, { count: careEvents, patients, ...span })
  const narrow = await inTurns(product, filtered(practice, 4, 10, 3))
  const broad = await inTurns(product, filtered(practice, 10, 80, 5))
  const { ours, count, ...more } = narrow
  return figureOf('reach', 'ms p95', quantile(ours, 0.95), quantile(count, 0.95), {
    p50Ms: round(quantile(ours, 0.5)),
    baselineP50Ms: round(quantile(count, 0.5)),
    careEvents,
    ...more,
    broad: {
      ...{ p95Ms: round(quantile(broad.ours, 0.95)), baselineP95Ms: round(quantile(broad.count, 0.95)) },
      ...{ matching: broad.matching, judged: broad.judged, exact: broad.exact },
    },
    atMost: { p95Ms: 400, ratio: 3 },
  })
}

/** Of each facility's ten providers the first ones, so that the three filters hang together as they do in a practice. */
function filtered(practice: BigPractice, facilities: number, providers: number, types: number): ActionDefinition {
  const perFacility = practice.providerIds.length / practice.facilityIds.length
  const own = practice.providerIds.slice(0, facilities * perFacility)
  const step = own.length / providers
  return actionDefinitionSchema.parse({
    type: 'appointment',
    title: 'Reminder',
    recipients: { kind: 'patient' },
    message: { body: 'See you soon' },
    timing: { offset: 48, unit: 'hours', direction: 'before', anchor: 'start' },
    filters: {
      ...{ statuses: null, confirmation: null, codes: null },
      facilityIds: practice.facilityIds.slice(0, facilities),
      providerIds: Array.from({ length: providers }, (_, n) => own[Math.floor(n * step)]),
      appointmentTypeIds: practice.appointmentTypeIds.slice(0, types),
    },
  })
}

async function inTurns({ database, organizationId, clock }: Product, definition: ActionDefinition) {
  const ours: number[] = []
  const count: number[] = []
  let told: Reach | undefined
  // The first few find the caches cold.
  for (let n = -3; n < runs; n++) {
    const now = clock()
    const asked = performance.now()
    told = await database.inOrganization(organizationId, async (tx) =>
      readReach(tx, await readConfiguration(tx), { definition, actionId: null, ...reachDefaults }, now),
    )
    const answered = performance.now()
    const counted = await handWritten(database, organizationId, definition, now)
    if (counted !== told.careEvents) throw new Error(`reach counts ${told.careEvents}, by hand they are ${counted}`)
    if (n < 0) continue
    ours.push(answered - asked)
    count.push(performance.now() - answered)
  }
  return { ours, count, matching: told?.careEvents, judged: told?.judged, exact: told?.exact }
}

/** What is due from now on for 90 days, 48 hours before the start. */
async function handWritten(
  database: Product['database'],
  organizationId: string,
  { filters }: ActionDefinition,
  now: number,
): Promise<number> {
  const from = new Date(now + 2 * dayMs)
  const to = new Date(now + 92 * dayMs)
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::int as count from care_event
        where kind = 'appointment' and not deleted and status = 'booked' and confirmation <> 'cancelRequested'
          and start_at >= $1 and start_at < $2 and facility_id = any($3::uuid[]) and provider_ids && $4::uuid[]
          and appointment_type_id = any($5::uuid[])`,
      [from, to, filters.facilityIds, filters.providerIds, filters.appointmentTypeIds],
    )
    return row?.count ?? 0
  })
}
