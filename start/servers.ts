import { CannotStart } from '../embedded/cannotStart.ts'
import { startPostgres } from '../embedded/postgres.ts'
import { startTemporal } from '../embedded/temporal.ts'
import { organizationSearchAttribute } from '../workflows/names.ts'
import type { Settings } from './environment.ts'
import type { Stopping } from './stopping.ts'

/** Where Postgres and Temporal are, whoever runs them. */
export interface Servers {
  databaseUrl: string
  /** Connects as the owner of the schema. */
  migrationDatabaseUrl: string
  temporalAddress: string
  /** Temporal Web; null when we do not know where it is. */
  temporalUi: string | null
  /** Resolves with the name of an embedded server that has ended; never when there is none. */
  ended: Promise<string>
}

/** Where they are when none is embedded. @throws CannotStart when one is not named. */
export function realServers(settings: Settings): Omit<Servers, 'ended'> {
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress } = settings
  if (databaseUrl === undefined || temporalAddress === undefined) {
    throw new CannotStart('Set DATABASE_URL and TEMPORAL_ADDRESS, or use npm start, which brings both servers along')
  }
  return {
    ...{ databaseUrl, temporalAddress },
    migrationDatabaseUrl: settings.MIGRATION_DATABASE_URL ?? databaseUrl,
    temporalUi: settings.TEMPORAL_UI_URL ?? null,
  }
}

export interface ServersContext {
  dataDir: string
  env: NodeJS.ProcessEnv
  stopping: Stopping
  log: (line: string) => void
}

/** Starts what is embedded, both at once. What has started is in `stopping`, also when the other one fails. */
export async function startServers(settings: Settings, context: ServersContext): Promise<Servers> {
  const starting = [postgres(settings, context), temporal(settings, context)] as const
  await Promise.allSettled(starting)
  const [database, engine] = await Promise.all(starting)
  const ended = new Promise<string>((resolve) => {
    void database.ended?.then(() => resolve('Postgres'))
    void engine.ended?.then(() => resolve('Temporal'))
  })
  return { ...database, ...engine, ended }
}

async function postgres(settings: Settings, { dataDir, stopping, log }: ServersContext) {
  const { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl } = settings
  if (url !== undefined) {
    return { databaseUrl: url, migrationDatabaseUrl: migrationUrl ?? url, ended: null }
  }
  const server = await startPostgres({ dataDir, port: settings.POSTGRES_PORT, log })
  stopping.add('Postgres', server.stop)
  return { databaseUrl: server.url, migrationDatabaseUrl: server.url, ended: server.ended }
}

async function temporal(settings: Settings, { dataDir, env, stopping, log }: ServersContext) {
  if (settings.TEMPORAL_ADDRESS !== undefined) {
    const temporalUi = settings.TEMPORAL_UI_URL ?? null
    return { temporalAddress: settings.TEMPORAL_ADDRESS, temporalUi, ended: null }
  }
  const server = await startTemporal({
    dataDir,
    port: settings.TEMPORAL_PORT,
    uiPort: settings.TEMPORAL_UI_PORT,
    namespace: settings.TEMPORAL_NAMESPACE,
    searchAttributes: { [organizationSearchAttribute]: 'Keyword' },
    env,
    log,
  })
  stopping.add('Temporal', server.stop)
  return { temporalAddress: server.address, temporalUi: server.uiUrl, ended: server.ended }
}
