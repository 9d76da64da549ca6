import { seed } from '../db/seed.ts'
import { CannotStart } from '../embedded/cannotStart.ts'
import { anyFreePort, isFree } from '../embedded/ports.ts'
import { runApi } from './api.ts'
import { openDataFolder } from './dataFolder.ts'
import { readEnvironment } from './environment.ts'
import { writeFirstRun } from './firstRun.ts'
import { migrateDatabase, openFoundation } from './foundation.ts'
import { logToFile } from './log.ts'
import { runMllp } from './mllp.ts'
import { untilReady } from './readiness.ts'
import { run } from './run.ts'
import { startServers } from './servers.ts'
import { installRuntime, registerSearchAttributes } from './temporal.ts'
import { welcome } from './welcome.ts'
import { runWorker } from './worker.ts'

// The whole product in one process: `npm start`.
await run(async (stopping) => {
  const say = (line: string) => console.log(line)
  const settings = readEnvironment(process.env)
  const folder = openDataFolder(settings.DATA_DIR)
  stopping.add('data folder', folder.release)
  const { log, file: logFile } = logToFile(folder.path, settings.LOG_LEVEL)
  installRuntime(log)
  const port = settings.PORT === 0 ? await anyFreePort() : settings.PORT
  // Asked early, so that a port in use does not cost a start of the servers.
  if (!(await isFree(port, settings.HOST))) {
    throw new CannotStart(
      `Port ${port} is in use by another program: end that one, or set PORT to another (0 = any free)`,
    )
  }
  const url = `http://localhost:${port}`

  say(`Starting Postgres and Temporal, with their data in ${folder.path}`)
  const servers = await startServers(settings, { dataDir: folder.path, env: process.env, stopping, log: say })
  const migrations = await migrateDatabase(servers)
  if (migrations.length > 0) say(`Brought the database up to date (${migrations.length} migrations)`)
  const foundation = await openFoundation({
    ...{ settings, servers, log, stopping },
    dataDir: folder.path,
    publicUrl: settings.PUBLIC_URL ?? url,
    clock: () => Date.now(),
  })
  await registerSearchAttributes(foundation.temporal)
  const made = await seed({ ...foundation, example: foundation.twilio === null })
  const { temporalUi } = servers
  const firstRun = writeFirstRun(folder.path, made, { url, temporalUi })

  say('Starting the worker and the API')
  const worker = await runWorker(foundation)
  stopping.add('worker', () => worker.stop())
  const api = await runApi(foundation, { port, host: settings.HOST })
  stopping.add('API', () => api.stop())
  const mllp = await runMllp(foundation, settings)
  if (mllp) {
    stopping.add('MLLP', () => mllp.stop())
    say(`HL7 v2 is taken over MLLP on port ${mllp.port}`)
  }
  await untilReady(foundation, logFile)

  say(welcome({ url, temporalUi, firstRun, logFile, dataDir: folder.path, simulator: foundation.twilio === null }))
  const lost = servers.ended.then((name) => `The embedded ${name} ended by itself: see its log in ${folder.path}/logs`)
  const workerLost = worker.finished.then(
    () => 'The worker ended by itself',
    () => `The worker ended by itself: see ${logFile}`,
  )
  return Promise.race([lost, workerLost])
})
