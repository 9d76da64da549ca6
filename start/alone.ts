import type { Logger } from 'pino'
import { readEnvironment, type Settings } from './environment.ts'
import { type Foundation, openFoundation } from './foundation.ts'
import { logToStdout } from './log.ts'
import { realServers } from './servers.ts'
import type { Stopping } from './stopping.ts'
import { installRuntime } from './temporal.ts'

/** What one part of the program stands on when it runs by itself, over servers that run elsewhere. */
export async function openAlone(
  env: NodeJS.ProcessEnv,
  stopping: Stopping,
): Promise<{ settings: Settings; log: Logger; foundation: Foundation }> {
  const settings = readEnvironment(env)
  const log = logToStdout(settings.LOG_LEVEL)
  installRuntime(log)
  const foundation = await openFoundation({
    ...{ settings, log, stopping },
    servers: realServers(settings),
    dataDir: settings.DATA_DIR,
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`,
    clock: () => Date.now(),
  })
  return { settings, log, foundation }
}
