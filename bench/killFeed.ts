import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEncryption, generateEncryptionKey } from '../db/encryption.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { openDatabase } from '../db/orm.ts'
import { createEhrSource } from '../db/queries/ehrSources.ts'
import { seed } from '../db/seed.ts'
import { minuteMs } from '../domain/instant.ts'
import { everyRule, startPractice } from '../test/support/practice.ts'
import { organizationSearchAttribute } from '../workflows/names.ts'
import { check } from './kill/check.ts'
import { type Door, type Fed, feed } from './kill/feed.ts'
import { type Part, postgresPart, programPart, temporalPart } from './kill/parts.ts'
import { pause, until } from './wait.ts'

// `KILL_MINUTES=10 node scripts/run.mjs bench/killFeed.ts`: Postgres, Temporal, the worker and the API are killed and
// started again at random while two EHRs send; then everything that was acknowledged has to be in place, once.

const minutes = Number(process.env['KILL_MINUTES'] ?? 10)
const seedOfChance = Number(process.env['KILL_SEED'] ?? 1)
const lanes = 4
const clock = () => Date.now()

/** Even chances that are the same for the same seed (a linear congruence: nothing is to be kept secret). */
function chances(start: number) {
  let state = start >>> 0
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const dataDir = await mkdtemp(join(tmpdir(), 'custom-actions-kill-'))
await chmod(dataDir, 0o755)
const keys = generateEncryptionKey('kill')
const encryption = createEncryption(keys)
const port = await freePort()
const postgres = postgresPart(dataDir)
const temporal = temporalPart(dataDir, { [organizationSearchAttribute]: 'Keyword' })
const env = () => ({
  DATABASE_URL: postgres.url(),
  TEMPORAL_ADDRESS: temporal.address(),
  ENCRYPTION_KEY: keys,
  DATA_DIR: dataDir,
  PORT: String(port),
})
const api = programPart('API', 'api/main.ts', 'API ready', env)
const worker = programPart('worker', 'worker/main.ts', 'worker ready', env)
const parts: Part[] = [postgres, temporal, api, worker]
const kills = new Map<string, number>()
let code = 0

async function openPractice() {
  await migrate({ url: postgres.url() })
  const database = await openDatabase({ url: postgres.url(), clock, poolSize: 4 })
  try {
    const made = await seed({ database, encryption })
    if (made === null) throw new Error('the database should be new')
    const { organizationId, ehrSource } = made
    const practice = await startPractice({ database, encryption, organizationId, clock })
    await practice.action({
      skippedRules: [...everyRule],
      message: { body: 'See you at {{ appointment.start | time }}' },
    })
    const hl7 = await database.inOrganization(organizationId, (tx) =>
      createEhrSource(tx, { name: 'HL7', kind: 'hl7v2', status: 'active' }, encryption, {
        ...{ now: clock(), who: { userId: null, apiKeyId: null } },
      }),
    )
    return { organizationId, ehrSource, hl7 }
  } finally {
    await database.close()
  }
}

try {
  for (const part of [postgres, temporal]) await part.start()
  const { organizationId, ehrSource, hl7 } = await openPractice()
  for (const part of [worker, api]) await part.start()
  const doors: Door[] = [
    { kind: 'fhir', url: `http://127.0.0.1:${port}/ehr/fhir`, id: ehrSource.id, secret: ehrSource.secret },
    { kind: 'hl7v2', url: `http://127.0.0.1:${port}/ehr/hl7v2`, id: hl7.id, secret: hl7.secret },
  ]
  const end = Date.now() + minutes * minuteMs
  const isOver = () => Date.now() > end
  const fed: Fed = { visits: [], acknowledged: 0, retries: 0 }
  const feeding = Promise.all(
    Array.from({ length: lanes }, (_, lane) => feed(doors[lane % 2] as Door, lane, isOver, fed)),
  )
  feeding.catch(() => undefined)
  const below = chances(seedOfChance)
  while (!isOver()) {
    await pause(2_000 + below(6_000))
    const part = parts[below(parts.length)] as Part
    console.error(`${new Date().toISOString()} ${part.name} is killed (${fed.acknowledged} acknowledged)`)
    await part.kill()
    kills.set(part.name, (kills.get(part.name) ?? 0) + 1)
    await pause(below(2_000))
    await part.start()
  }
  await feeding
  const database = await openDatabase({ url: postgres.url(), clock, poolSize: 4 })
  try {
    const isQuiet = async () => {
      const [row] = await database.inOrganization(organizationId, (tx) =>
        tx.query<{ touched: number; overdue: number }>(
          `select (select count(*) from outbox) as touched,
             (select count(*) from planned_message where verdict = 'planned' and send_at <= $1) as overdue`,
          // What is due since then may be on its way.
          [new Date(clock() - 5 * minuteMs)],
        ),
      )
      return row?.touched === 0 && row.overdue === 0 ? true : undefined
    }
    await until('all is planned and sent', isQuiet, 15 * minuteMs, 1_000)
    const result = await check(database, organizationId, fed.visits, clock())
    const { wrong, ...seen } = result
    console.log(
      JSON.stringify({
        ...{ figure: 'killFeed', minutes, seed: seedOfChance, kills: Object.fromEntries(kills) },
        ...{ acknowledged: fed.acknowledged, retries: fed.retries, visits: fed.visits.length, ...seen },
        ...{ wrong: wrong.length, first: wrong.slice(0, 10) },
      }),
    )
    if (wrong.length > 0) code = 1
  } finally {
    await database.close()
  }
} catch (error) {
  console.error(error)
  code = 1
}
for (const part of [api, worker, temporal, postgres])
  await part.kill().catch((error: unknown) => console.error(`${part.name} did not end:`, error))
await rm(dataDir, { recursive: true, force: true })
process.exit(code)
