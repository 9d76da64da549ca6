import { openAlone } from '../start/alone.ts'
import { runApi } from '../start/api.ts'
import { runMllp } from '../start/mllp.ts'
import { run } from '../start/run.ts'

// API and pages alone, over servers that run elsewhere; as many of these as are needed.
await run(async (stopping) => {
  const { settings, log, foundation } = await openAlone(process.env, stopping)
  const api = await runApi(foundation, { port: settings.PORT, host: settings.HOST })
  stopping.add('API', () => api.stop())
  const mllp = await runMllp(foundation, settings)
  if (mllp) stopping.add('MLLP', () => mllp.stop())
  log.info({ url: api.url, mllpPort: mllp?.port ?? null }, 'API ready')
  return new Promise<never>(() => undefined)
})
