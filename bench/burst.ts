import { minuteMs } from '../domain/instant.ts'
import { everyRule, quill } from '../test/support/practice.ts'
import { startBareWorker } from './bare/worker.ts'
import { type Figure, figureOf, round } from './figure.ts'
import type { Product } from './product.ts'
import { each, pause, until } from './wait.ts'

const careEvents = 1_000
const width = 16
const patience = 5 * minuteMs
/** Area codes that exist, each with the numbers that are nobody's; of these the simulated phone fails those from 0190. */
const areaCodes = [202, 206, 212, 213, 303, 305, 312, 404, 415, 503, 617, 713]

/** One measurement: what is asleep before its instant, and when (epoch ms) the last of it was done. */
interface Round {
  /** How long (ms) the set-up is given at first. */
  lead: number
  /** Resolves when everything sleeps until `due`, or that has passed. */
  setUp(due: number): Promise<void>
  lastDone(due: number): Promise<number>
}

/**
 * Messages per second, end to end, of 1,000 care events that are due at the same instant: from that instant until the
 * last message is in the ledger as sent. The baseline is a workflow that does no more than sleep until the same instant
 * and call one empty activity. Two rounds of each, in turns, and the better of both: other work on the machine only ever
 * slows a round down, ours as well as the baseline's.
 */
export async function burst(product: Product): Promise<Figure> {
  // A set-up that is made again books the same patients anew: the same text would go to them only once that day.
  await product.practice.action({
    skippedRules: [...everyRule],
    message: { body: 'See you at {{ appointment.start | time }}' },
  })
  await each(careEvents, width, (n) => product.practice.post(patient(n)))
  const bare = await bareRound(product)
  const ours = careEventRound(product)
  const values: number[] = []
  const baselines: number[] = []
  for (let turn = 0; turn < 2; turn += 1) {
    baselines.push(round(await perSecond(bare)))
    values.push(round(await perSecond(ours)))
  }
  return figureOf('burst', 'messages/s', Math.max(...values), Math.max(...baselines), {
    values,
    baselines,
    careEvents,
    atLeast: { ratio: 0.85 },
  })
}

function patient(n: number): object {
  const value = `+1${areaCodes[n % areaCodes.length]}55501${String(Math.floor(n / areaCodes.length)).padStart(2, '0')}`
  return { ...quill, id: `patient-${n}`, telecom: [{ system: 'phone', use: 'mobile', value, rank: 1 }] }
}

/** A set-up that was not over in time is made again with twice the time: nothing may be done before the instant. */
async function perSecond({ lead, setUp, lastDone }: Round): Promise<number> {
  for (let given = lead; given <= 8 * lead; given *= 2) {
    const due = Date.now() + given
    await setUp(due)
    if (Date.now() > due - 500) continue
    await pause(due - Date.now())
    return (careEvents / ((await lastDone(due)) - due)) * 1_000
  }
  throw new Error(`${careEvents} workflows did not get to sleep in ${(8 * lead) / 1_000} s`)
}

async function bareRound(product: Product): Promise<Round> {
  const bare = await startBareWorker(product)
  let workflows = 0
  return {
    lead: 60_000,
    async setUp(due) {
      await each(careEvents, width, () => bare.start(`${product.taskQueue}-bare-${workflows++}`, due))
    },
    lastDone: (due) =>
      until(
        `${careEvents} bare activities`,
        async () => {
          const times = bare.doneAt(due)
          return times.length >= careEvents ? Math.max(...times) : undefined
        },
        patience,
      ),
  }
}

function careEventRound({ practice, database, organizationId, said }: Product): Round {
  let settledBefore = 0
  const isCount = async (sql: string, due: number) => {
    const [row] = await database.inOrganization(organizationId, (tx) => tx.query<{ n: number }>(sql, [new Date(due)]))
    return (row?.n ?? 0) >= careEvents
  }
  return {
    lead: 90_000,
    async setUp(due) {
      settledBefore = said.settled
      const start = due + 60 * minuteMs
      await each(careEvents, width, (n) => practice.book(`visit-${due}-${n}`, start, { patient: `patient-${n}` }))
      const asleep = () => isCount('select count(*) as n from care_event where wake_at = $1', due)
      await until(
        'the workflows sleep',
        async () => (Date.now() > due || (await asleep()) ? true : undefined),
        patience,
      )
    },
    lastDone: (due) => {
      const sent = `select count(*) as n from delivery where due_at = $1 and status in ('sent', 'delivered')`
      // The ledger is what counts; asked only when it is worth it, since each question is work like that which is measured.
      const isNear = () => said.settled - settledBefore >= careEvents
      const done = async () => (isNear() && (await isCount(sent, due)) ? Date.now() : undefined)
      return until(`${careEvents} messages (${said.failures.slice(0, 5).join(', ')})`, done, patience, 20)
    },
  }
}
