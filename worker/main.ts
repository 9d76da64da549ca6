import { readEnvironment } from '../start/environment.ts'
import { openFoundation } from '../start/foundation.ts'
import { logToStdout } from '../start/log.ts'
import { run } from '../start/run.ts'
import { realServers } from '../start/servers.ts'
import { installRuntime } from '../start/temporal.ts'
import { runWorker } from '../start/worker.ts'

// The worker alone, over servers that run elsewhere; as many of these as are needed.
await run(async (stopping) => {
  const settings = readEnvironment(process.env)
  const log = logToStdout(settings.LOG_LEVEL)
  installRuntime(log)
  const foundation = await openFoundation({
    ...{ settings, log, stopping },
    servers: realServers(settings),
    dataDir: settings.DATA_DIR,
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`,
    clock: () => Date.now(),
  })
  const worker = await runWorker(foundation)
  stopping.add('worker', () => worker.stop())
  log.info({}, 'worker ready')
  return worker.finished.then(
    () => 'The worker ended by itself',
    () => 'The worker ended by itself: see the lines above',
  )
})
