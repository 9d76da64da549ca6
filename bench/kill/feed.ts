import { randomBytes } from 'node:crypto'
import { dayMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { appointment, quill } from '../../test/support/practice.ts'
import { pause } from '../wait.ts'

/** Where a source posts, as whom. */
export interface Door {
  kind: 'fhir' | 'hl7v2'
  url: string
  id: string
  secret: string
}

/** How a visit stands by the last message that was acknowledged. */
export interface Stands {
  sourceId: string
  externalId: string
  patient: string
  status: 'booked' | 'cancelled'
  start: Instant
}

/** What the client knows: what was acknowledged, and how often it had to try. */
export interface Fed {
  visits: Stands[]
  acknowledged: number
  retries: number
}

const stamp = (at: Instant) => `${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`

/** A lane's patient has a number of their own, so that nobody is told twice for somebody else's sake. */
function phoneOf(lane: number): string {
  return `+1${[202, 206, 212, 213, 303, 305, 312, 404][lane % 8]}55501${String(lane).padStart(2, '0')}`
}

/**
 * One patient after the other's year in a hurry, until the clock says so: a visit is booked, mostly moved, sometimes
 * cancelled. Each message is sent until it is acknowledged, and only then the next.
 */
export async function feed(door: Door, lane: number, isOver: () => boolean, fed: Fed): Promise<void> {
  const run = randomBytes(3).toString('hex')
  const patient = `patient-${run}-${lane}`
  await send(door, patientMessage(door, patient, phoneOf(lane)), fed)
  for (let n = 0; !isOver(); n++) {
    const externalId = `visit-${run}-${lane}-${n}`
    // Some are due within the hour: their messages go out while all around them dies.
    const isSoon = n % 10 === 0
    const first = isSoon ? Date.now() + (64 + (n % 30)) * minuteMs : Date.now() + 30 * dayMs + n * minuteMs
    const stands: Stands = { sourceId: door.id, externalId, patient, status: 'booked', start: onTheSecond(first) }
    await send(door, visitMessage(door, stands, 1), fed)
    fed.visits.push(stands)
    if (isSoon) continue
    if (n % 3 !== 0) {
      const moved = { ...stands, start: stands.start + dayMs }
      await send(door, visitMessage(door, moved, 2), fed)
      stands.start = moved.start
    }
    if (n % 4 === 3) {
      await send(door, visitMessage(door, { ...stands, status: 'cancelled' }, 3), fed)
      stands.status = 'cancelled'
    }
  }
}

const onTheSecond = (at: Instant) => Math.floor(at / 1_000) * 1_000

async function send(door: Door, body: string, fed: Fed): Promise<void> {
  for (;;) {
    if (await isTaken(door, body)) {
      fed.acknowledged += 1
      return
    }
    fed.retries += 1
    await pause(250)
  }
}

/** Acknowledged: by its status, and over HL7 v2 by what the acknowledgement says. */
async function isTaken({ kind, url, id, secret }: Door, body: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'x-source-id': id,
        authorization: `Bearer ${secret}`,
        'content-type': kind === 'fhir' ? 'application/fhir+json' : 'x-application/hl7-v2+er7',
      },
      body,
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    return answer.ok && (kind === 'fhir' || text.includes('MSA|AA|'))
  } catch {
    return false
  }
}

function patientMessage({ kind }: Door, id: string, phone: string): string {
  if (kind === 'hl7v2') return hl7('ADT^A04', id, `PID|1||${id}^^^^MR||Quill^Zephyrine||19800203|||||||${phone}^PRN^CP`)
  const telecom = [{ system: 'phone', use: 'mobile', value: phone }]
  return JSON.stringify({ ...quill, id, telecom, meta: { lastUpdated: new Date().toISOString() } })
}

function visitMessage({ kind }: Door, { externalId, patient, status, start }: Stands, version: number): string {
  if (kind === 'fhir') {
    const lastUpdated = new Date(Date.now()).toISOString()
    return JSON.stringify({ ...appointment(externalId, start, { status, patient }), meta: { lastUpdated } })
  }
  return hl7(
    status === 'cancelled' ? 'SIU^S15' : version === 1 ? 'SIU^S12' : 'SIU^S13',
    `${externalId}-${version}`,
    `SCH||${externalId}||||||NEW^New patient`,

    `PID|1||${patient}^^^^MR||Quill^Zephyrine||19800203|||||||${phoneOfPatient(patient)}^PRN^CP`,
    `AIS|1||SVC|${stamp(start)}|||30|MIN`,
    'AIL|1||R^^^main',
  )
}

function phoneOfPatient(patient: string): string {
  return phoneOf(Number(patient.split('-').at(-1)))
}

function hl7(type: string, control: string, ...segments: string[]): string {
  const header = `MSH|^~\\&|EHR|Clinic|CA|Practice|${new Date().toISOString().replaceAll(/[-:TZ]/g, '')}+0000||${type}|${control}|P|2.5`
  return [header, ...segments].join('\r')
}
