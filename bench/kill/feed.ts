import type { Instant } from '../../domain/instant.ts'
import { pause } from '../wait.ts'
import type { Door } from './door.ts'
import type { Said, Scenario } from './scenarios.ts'
import { fhirPatient, fhirVisit, hl7Patient, hl7Visit, type State, type Whom } from './wireMessages.ts'

/** A state of a visit as it was acknowledged: when it was sent first, and when its acknowledgement was read. */
export interface Acknowledged {
  state: State
  /** The version that its message named. */
  version: Instant
  firstSentAt: Instant
  acknowledgedAt: Instant
}

export interface Visit {
  scenario: string
  wire: Door['wire']
  sourceId: string
  externalId: string
  whom: Whom
  acknowledged: Acknowledged[]
}

/** What the EHRs know: what was acknowledged, how often they had to try, and what they sent once more unasked. */
export interface Fed {
  visits: Visit[]
  acknowledged: number
  retries: number
  repeats: number
}

export interface Feeding {
  fed: Fed
  lane: number
  /** Tells runs apart. */
  run: string
  isOver: () => boolean
  below: (n: number) => number
  scenario: Scenario
  /** Between messages (ms): what is acknowledged has to be planned and sent as well. */
  paceMs: number
}

interface Story {
  visit: Visit
  saying: Said[]
  bodies: string[]
}

/**
 * One connection of an EHR: books visits, and goes on with what is to be said of the earlier ones in its time. Each
 * message is sent until it is acknowledged, and only then the next; now and then an old one comes once more. When time is
 * over no visit is begun, and what is begun is told to its end.
 */
export async function feed(door: Door, feeding: Feeding): Promise<void> {
  const { isOver, below, paceMs, fed, lane } = feeding
  const stories: Story[] = []
  for (let n = lane; ; ) {
    const now = Date.now()
    const next = stories.find(({ saying: [said] }) => said !== undefined && said.notBefore <= now)
    if (next) {
      await sayNext(door, fed, next)
      if (next.bodies.length > 1 && below(8) === 0) await repeat(door, fed, next)
      if (next.saying.length === 0) stories.splice(stories.indexOf(next), 1)
    } else if (!isOver()) {
      stories.push(await begin(door, feeding, n))
      n += 1
    } else if (stories.length === 0) return
    await pause(paceMs)
  }
}

async function begin(door: Door, { fed, lane, run, below, scenario }: Feeding, n: number): Promise<Story> {
  const id = `${run}-${lane}-${n}`
  const phone = `+1${[202, 206, 212, 213, 303, 305, 312, 404][lane % 8]}55501${String(lane).padStart(2, '0')}`
  const whom = { patientId: `patient-${id}`, firstName: `Visit-${lane}-${n}`, phone }
  const version = { number: 0, at: Date.now() }
  await send(door, fed, door.wire === 'FHIR' ? fhirPatient(whom, version) : hl7Patient(whom, version))
  const { name, saying } = scenario(n, Date.now(), below)
  const externalId = `visit-${id}`
  const visit = { scenario: name, wire: door.wire, sourceId: door.sourceId, externalId, whom, acknowledged: [] }
  fed.visits.push(visit)
  return { visit, saying, bodies: [] }
}

async function sayNext(door: Door, fed: Fed, { visit, saying, bodies }: Story): Promise<void> {
  const said = saying.shift()
  if (said === undefined) return
  const { externalId, whom, acknowledged } = visit
  const firstSentAt = Date.now()
  // Two of one millisecond would have no order.
  const version = Math.max(firstSentAt, (acknowledged.at(-1)?.version ?? 0) + 1)
  const about = { number: acknowledged.length + 1, at: version }
  const write = door.wire === 'FHIR' ? fhirVisit : hl7Visit
  const body = write(externalId, whom, said.state, about)
  await send(door, fed, body)
  bodies.push(body)
  acknowledged.push({ state: said.state, version, firstSentAt, acknowledgedAt: Date.now() })
}

/** An interface engine sends what it was not sure of, long after it was told the next. */
async function repeat(door: Door, fed: Fed, { bodies }: Story): Promise<void> {
  await send(door, fed, bodies[0] as string)
  fed.repeats += 1
}

async function send(door: Door, fed: Fed, body: string): Promise<void> {
  while (!(await door.take(body))) {
    fed.retries += 1
    await pause(250)
  }
  fed.acknowledged += 1
}
