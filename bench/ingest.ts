import { storeMessage } from '../db/queries/inbound/message.ts'
import { dayMs, minuteMs } from '../domain/instant.ts'
import { appointment, everyRule } from '../test/support/practice.ts'
import { type Figure, figureOf, quantile, round } from './figure.ts'
import { post, ratePerSecond } from './posted.ts'
import type { Posted, Posting } from './posting.ts'
import type { Product } from './product.ts'
import { each, until } from './wait.ts'

const posts = 1_500
const patients = 500
const width = 8
const sleepers = 200
const perSecond = 10

/**
 * FHIR posts per second over HTTP until stored and acknowledged, with the relay planning behind them. The baseline is
 * what cannot be left out: a transaction with the raw message's INSERT. And, at 10 posts a second, how long it takes from
 * a post that moves an appointment to an earlier day until its sleeping workflow has the new wake time.
 */
export async function ingest(product: Product): Promise<Figure> {
  const start = Date.now() + 30 * dayMs
  // Not booked yet: the action that is made later leaves them alone.
  const visit = (n: number) =>
    appointment(`visit-${n}`, start + n * minuteMs, { status: 'pending', patient: `patient-${n % patients}` })
  const bodies = Array.from({ length: posts }, (_, n) => JSON.stringify(visit(n)))
  const inserts = await insertsPerSecond(product, bodies)
  const posted = await postFhir(product, { bodies, width, perSecond: null })
  const wakes = await movesEarlier(product)
  const times = posted.map(({ ms }) => ms)
  return figureOf('ingest', 'posts/s', ratePerSecond(posted), inserts, {
    p50Ms: round(quantile(times, 0.5)),
    p99Ms: round(quantile(times, 0.99)),
    wake: { ...wakes, postsPerSecond: perSecond, p99AtMostMs: 2_000 },
  })
}

async function insertsPerSecond({ database, encryption, organizationId, ehrSource }: Product, bodies: string[]) {
  const source = { id: ehrSource.id, organizationId, kind: 'fhir' as const, status: 'active' as const, version: 1 }
  const began = performance.now()
  await each(bodies.length, width, (n) =>
    database.inOrganization(organizationId, (tx) => {
      const raw = { contentType: 'application/fhir+json', body: Buffer.from(bodies[n] ?? '') }
      return storeMessage({ tx, source, now: tx.now }, encryption, raw, { outcome: 'applied', reasons: [], records: 1 })
    }),
  )
  return (bodies.length / (performance.now() - began)) * 1_000
}

function postFhir({ apiUrl, ehrSource }: Product, what: Omit<Posting, 'url' | 'headers'>): Promise<Posted[]> {
  const headers = {
    'content-type': 'application/fhir+json',
    authorization: `Bearer ${ehrSource.secret}`,
    'x-source-id': ehrSource.id,
  }
  return post({ ...what, url: `${apiUrl}/ehr/fhir`, headers })
}

/** From a post to the care event's new wake time, as the database has it; looked for often enough not to count. */
async function movesEarlier(product: Product): Promise<{ p50Ms: number; p99Ms: number }> {
  const { practice, database, organizationId } = product
  await practice.action({ skippedRules: [...everyRule] })
  const start = Date.now() + 20 * dayMs
  const id = (n: number) => `sleeper-${n}`
  await each(sleepers, width, (n) => practice.book(id(n), start))
  const wakeBefore = async (at: number) => {
    const rows = await database.inOrganization(organizationId, (tx) =>
      tx.query<{ id: string }>(
        `select external_id as id from care_event where external_id like 'sleeper-%' and wake_at <= $1`,
        [new Date(at)],
      ),
    )
    return rows.map((row) => row.id)
  }
  const asleep = async () => ((await wakeBefore(start)).length === sleepers ? true : undefined)
  await until('the workflows sleep', asleep, 2 * minuteMs)

  const earlier = start - dayMs
  const bodies = Array.from({ length: sleepers }, (_, n) => JSON.stringify(appointment(id(n), earlier)))
  const seen = new Map<string, number>()
  const posting = postFhir(product, { bodies, width: sleepers, perSecond })
  posting.catch(() => undefined)
  const all = async () => {
    const found = await wakeBefore(earlier)
    const now = Date.now()
    for (const each of found) if (!seen.has(each)) seen.set(each, now)
    return found.length === sleepers ? true : undefined
  }
  await until('all sleepers have their new wake time', all, 2 * minuteMs, 20)
  const times = (await posting).map(({ at }, n) => (seen.get(id(n)) ?? Number.NaN) - at)
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) }
}
