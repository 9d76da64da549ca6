import { createEhrSource } from '../db/queries/ehrSources.ts'
import { dayMs, type Instant, minuteMs } from '../domain/instant.ts'
import { asAdmin } from '../test/support/database.ts'
import { appointment, quill } from '../test/support/practice.ts'
import { startBareStore } from './bareStore.ts'
import { type Figure, figureOf, quantile, round } from './figure.ts'
import { post, ratePerSecond } from './posted.ts'
import type { Posted } from './posting.ts'
import type { Product } from './product.ts'

const patients = 300
const visits = 600
/** Visits that are known before anything is measured. */
const earlier = 50
const width = 8

/**
 * Messages per second over HTTP until acknowledged, FHIR and HL7 v2, in one API process without a worker beside it: a
 * feed's bookings, moves and repeats. The baseline is a bare server in the same process that stores the same bodies as
 * they are, the mean of a run before and one after.
 */
export async function messages(product: Product): Promise<Figure> {
  const { database, encryption, organizationId, apiUrl } = product
  const hl7 = await database.inOrganization(organizationId, (tx) =>
    createEhrSource(tx, { name: 'HL7', kind: 'hl7v2', status: 'active' }, encryption, {
      ...{ now: Date.now(), who: { userId: null, apiKeyId: null } },
    }),
  )
  const start = Date.now() + 30 * dayMs
  const bareUrl = await startBareStore(product)
  const wires = {
    fhir: { ...product.ehrSource, contentType: 'application/fhir+json', ...fhirFeed(start) },
    hl7v2: { ...hl7, contentType: 'x-application/hl7-v2+er7', ...hl7Feed(start) },
  }
  const measured: Record<string, ReturnType<typeof outcomeOf>> = {}
  for (const [name, { id, secret, contentType, known, feed }] of Object.entries(wires)) {
    const headers = { 'content-type': contentType, authorization: `Bearer ${secret}`, 'x-source-id': id }
    const ours = (bodies: string[]) => post({ url: `${apiUrl}/ehr/${name}`, headers, bodies, width, perSecond: null })
    const bare = () => post({ url: bareUrl, headers: {}, bodies: feed, width, perSecond: null })
    await ours(known)
    // As autovacuum does within a minute: until then plans are kept that know nothing of the tables.
    await asAdmin(product.databaseUrl, (client) => client.query('analyze'))
    const before = await bare()
    const taken = await ours(feed)
    measured[name] = outcomeOf(taken, [before, await bare()])
  }
  const all = Object.values(measured)
  const mean = (pick: (each: (typeof all)[number]) => number) =>
    all.reduce((sum, each) => sum + pick(each), 0) / all.length
  return figureOf(
    'messages',
    'messages/s',
    mean(({ perSecond }) => perSecond),
    mean(({ bare }) => bare),
    {
      ...measured,
      width,
      atLeast: { ratio: 0.5 },
    },
  )
}

/** Each visit is booked, half of them are moved, and all that is known is sent once more. */
function feedOf(
  start: Instant,
  message: (n: number, at: Instant, version: number) => string,
  [first, count] = [0, visits],
): string[] {
  const at = (n: number) => start + n * 30 * minuteMs
  const numbers = Array.from({ length: count }, (_, n) => first + n)
  const moved = (n: number) => n % 2 === 0
  return [
    ...numbers.map((n) => message(n, at(n), 1)),
    ...numbers.filter(moved).map((n) => message(n, at(n) + dayMs, 2)),
    ...numbers.map((n) => message(n, moved(n) ? at(n) + dayMs : at(n), 3)),
  ]
}

function fhirFeed(start: Instant): { known: string[]; feed: string[] } {
  const people = Array.from({ length: patients }, (_, n) => JSON.stringify({ ...quill, id: `patient-${n}` }))
  const message = (n: number, at: Instant, version: number) =>
    JSON.stringify({
      ...appointment(`visit-${n}`, at, { patient: `patient-${n % patients}` }),
      meta: { lastUpdated: new Date(Date.now() - dayMs + version * minuteMs).toISOString() },
    })
  return { known: [...people, ...feedOf(start, message, [visits, earlier])], feed: feedOf(start, message) }
}

function hl7Feed(start: Instant): { known: string[]; feed: string[] } {
  const stamp = (at: Instant) => `${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`
  const message = (type: string, control: string, version: number, ...segments: string[]) =>
    [
      `MSH|^~\\&|EHR|Clinic|CA|Practice|${stamp(Date.now() - dayMs + version * minuteMs)}||${type}|${control}|P|2.5`,
      ...segments,
    ].join('\r')
  const pid = (n: number) => `PID|1||patient-${n}^^^^MR||Quill^Zephyrine||19800203|||||||5555550101^PRN^CP`
  const people = Array.from({ length: patients }, (_, n) => message('ADT^A04', `p-${n}`, 0, pid(n)))
  const visit = (n: number, at: Instant, version: number) =>
    message(
      `SIU^S1${version + 1}`,
      `v-${n}-${version}`,
      version,
      `SCH||visit-${n}||||||NEW^New patient`,
      pid(n % patients),
      `AIS|1||SVC|${stamp(at)}|||30|MIN`,
      'AIL|1||R^^^East',
      'AIP|1||77^Strange^Ada^^^Dr',
    )
  return { known: [...people, ...feedOf(start, visit, [visits, earlier])], feed: feedOf(start, visit) }
}

function outcomeOf(taken: readonly Posted[], bare: readonly (readonly Posted[])[]) {
  const times = taken.map(({ ms }) => ms)
  const perSecond = ratePerSecond(taken)
  const baselines = bare.map(ratePerSecond)
  const baseline = baselines.reduce((sum, each) => sum + each, 0) / baselines.length
  return {
    perSecond: round(perSecond),
    bare: round(baseline),
    baselines: baselines.map((each) => round(each)),
    ratio: round(perSecond / baseline, 100),
    p50Ms: round(quantile(times, 0.5)),
    p99Ms: round(quantile(times, 0.99)),
  }
}
