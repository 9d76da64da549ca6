import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minuteMs } from '../domain/instant.ts'
import { chances } from './kill/chances.ts'
import { check } from './kill/check.ts'
import { httpDoor, mllpDoor } from './kill/door.ts'
import { type Fed, feed } from './kill/feed.ts'
import { figures } from './kill/figures.ts'
import { checkFiles, uploadFiles } from './kill/files.ts'
import { installation, isQuiet } from './kill/installation.ts'
import { killing } from './kill/killing.ts'
import { everyScenario } from './kill/scenarios.ts'
import { readSeen } from './kill/seen.ts'
import { pause, until } from './wait.ts'

// `KILL_MINUTES=10 node scripts/run.mjs bench/killFeed.ts`: Postgres, Temporal, the worker and the API are killed and
// started again at random while EHRs send; then everything that was acknowledged has to be in place, once, and every
// patient has to have been told what holds, once. Ends with 1 when anything is wrong; then KILL_KEEP=1 keeps the servers
// running, to be looked at.

const minutes = Number(process.env['KILL_MINUTES'] ?? 10)
const seed = Number(process.env['KILL_SEED'] ?? 1)
const paceMs = Number(process.env['KILL_PACE_MS'] ?? 250)
const isKept = process.env['KILL_KEEP'] === '1'

const dataDir = await mkdtemp(join(tmpdir(), 'custom-actions-kill-'))
await chmod(dataDir, 0o755)
const servers = await installation(dataDir)
let code = 0

try {
  for (const part of [servers.postgres, servers.temporal]) await part.start()
  const { organizationId, ...sources } = await servers.openPractice()
  for (const part of [servers.worker, servers.api]) await part.start()
  const { origin, mllpPort } = servers
  const doors = [
    httpDoor('FHIR', origin, sources.fhir),
    mllpDoor(mllpPort, sources.mllp),
    httpDoor('HL7 over HTTP', origin, sources.hl7),
    httpDoor('FHIR', origin, sources.fhir),
    mllpDoor(mllpPort, sources.mllp),
  ]
  const end = Date.now() + minutes * minuteMs
  const isOver = () => Date.now() > end
  const fed: Fed = { visits: [], acknowledged: 0, retries: 0, repeats: 0 }
  const run = randomBytes(3).toString('hex')
  const feeding = Promise.all([
    uploadFiles(origin, sources.csv, (minutes * minuteMs) / 3),
    ...doors.map((door, lane) =>
      feed(door, { fed, lane, run, isOver, below: chances(seed + lane + 1), scenario: everyScenario, paceMs }),
    ),
  ])
  feeding.catch(() => undefined)
  const told = () => `${fed.acknowledged} acknowledged, ${fed.retries} retries`
  const killed = await killing(servers, { organizationId, isOver, below: chances(seed), told })
  const [rows] = await feeding
  for (const door of doors) door.close()
  console.error(`${new Date().toISOString()} the feed is over: ${told()}`)
  const near = fed.visits.flatMap(({ acknowledged }) => acknowledged.map(({ state }) => state.start - 60 * minuteMs))
  const lastDue = near.filter((at) => at < Date.now() + 60 * minuteMs).reduce((a, b) => Math.max(a, b), 0)
  await pause(lastDue + 1_000 - Date.now())
  const database = await servers.openDatabase()
  const client = await servers.openClient()
  const began = Date.now()
  const quiet = async () => ((await isQuiet(database, organizationId)) ? true : undefined)
  await until('all is planned, sent and imported', quiet, 15 * minuteMs, 1_000)
  const quietAfterSeconds = Math.round((Date.now() - began) / 1_000)
  // A workflow says that nothing is to come, and then ends.
  await pause(5_000)
  const seen = await readSeen({ database, encryption: servers.encryption, client }, organizationId)
  const wrong = [...check(fed.visits, seen, Date.now()), ...checkFiles(sources.csv.id, rows, seen)]
  await client.connection.close()
  await database.close()
  console.log(
    JSON.stringify({
      ...{ figure: 'killFeed', minutes, seed, ...killed, quietAfterSeconds, ...figures(fed, seen) },
      ...{ wrong: wrong.length, first: wrong.slice(0, 20) },
    }),
  )
  if (wrong.length > 0) code = 1
  for (const one of wrong.slice(0, 5)) {
    const isIt = ({ externalId }: { externalId: string }) => one.startsWith(`${externalId} `)
    console.error(JSON.stringify({ one, sent: fed.visits.find(isIt), found: seen.visits.find(isIt) }))
  }
} catch (error) {
  console.error(error)
  code = 1
}
if (isKept && code === 1) {
  console.error(
    `${servers.postgres.url()} and Temporal at ${servers.temporal.address()} go on until this is interrupted`,
  )
  await new Promise((resolve) => process.once('SIGINT', resolve))
}
for (const part of [...servers.parts].reverse())
  await part.kill().catch((error: unknown) => console.error(`${part.name} did not end:`, error))
await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
process.exit(code)
