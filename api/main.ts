import { runApi } from '../start/api.ts'
import { readEnvironment } from '../start/environment.ts'
import { openFoundation } from '../start/foundation.ts'
import { logToStdout } from '../start/log.ts'
import { runMllp } from '../start/mllp.ts'
import { run } from '../start/run.ts'
import { realServers } from '../start/servers.ts'
import { installRuntime } from '../start/temporal.ts'

// API and pages alone, over servers that run elsewhere; as many of these as are needed.
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
  const api = await runApi(foundation, { port: settings.PORT, host: settings.HOST })
  stopping.add('API', () => api.stop())
  const mllp = await runMllp(foundation, settings)
  if (mllp) stopping.add('MLLP', () => mllp.stop())
  log.info({ url: api.url, mllpPort: mllp?.port ?? null }, 'API ready')
  return new Promise<never>(() => undefined)
})
