import type { Logger } from 'pino'
import type { SmsConfig } from '../activities/channels/sms.ts'
import { createEhrMetrics, type EhrMetrics } from '../api/ehr/metrics.ts'
import type { Encryption } from '../db/encryption.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { type Database, openDatabase } from '../db/orm.ts'
import { type ConfigurationCache, createConfigurationCache } from '../db/queries/facts.ts'
import type { Clock } from '../domain/instant.ts'
import type { EhrNetwork } from '../ehr/network.ts'
import { openEncryption } from './encryptionKey.ts'
import type { Settings } from './environment.ts'
import type { Servers } from './servers.ts'
import type { Stopping } from './stopping.ts'
import { connectTemporal, type TemporalConnections } from './temporal.ts'

/** What API and worker both stand on. */
export interface Foundation {
  database: Database
  databaseUrl: string
  encryption: Encryption
  configuration: ConfigurationCache
  temporal: TemporalConnections
  clock: Clock
  log: Logger
  /** Of what this process takes from EHRs, whatever way it comes. */
  ehrMetrics: EhrMetrics
  publicUrl: string
  temporalUi: string | null
  /** null: HL7 v2 is taken over HTTP only. */
  mllp: { port: number; tls: boolean } | null
  /** The most that a file of a source may have, unpacked. */
  maxFileBytes: number
  /** To which hosts we connect in order to fetch from EHRs. */
  network: EhrNetwork
  /** null: SMS goes to the simulated phone. */
  twilio: SmsConfig | null
}

export interface FoundationContext {
  settings: Settings
  servers: Pick<Servers, 'databaseUrl' | 'temporalAddress' | 'temporalUi'>
  dataDir: string
  publicUrl: string
  clock: Clock
  log: Logger
  stopping: Stopping
}

/** Brings the schema up to date as its owner; the app's own user, where it is another, may then act on it. */
export async function migrateDatabase(
  servers: Pick<Servers, 'databaseUrl' | 'migrationDatabaseUrl'>,
): Promise<string[]> {
  const { databaseUrl, migrationDatabaseUrl: url } = servers
  const appUser = userOf(databaseUrl)
  return migrate({ url, ...(appUser === userOf(url) ? {} : { appUser }) })
}

/** Connects to everything. What is open is in `stopping`, also when a later part fails. */
export async function openFoundation(context: FoundationContext): Promise<Foundation> {
  const { settings, servers, dataDir, publicUrl, clock, log, stopping } = context
  const { databaseUrl, temporalUi } = servers
  const encryption = openEncryption(settings.ENCRYPTION_KEY, dataDir)
  const database = await openDatabase({ url: databaseUrl, clock, log: (event) => log.warn(event, 'database') })
  stopping.add('database', () => database.close())
  const temporal = await connectTemporal(settings, servers.temporalAddress)
  stopping.add('Temporal connection', () => temporal.close())
  const configuration = createConfigurationCache()
  const twilio = twilioOf(settings)
  const { MLLP_PORT: port, MLLP_TLS_CERT: certificate } = settings
  const mllp = port === undefined ? null : { port, tls: certificate !== undefined }
  const maxFileBytes = settings.FILE_MAX_MB * 1024 * 1024
  // On a database of one's own practices enter addresses that are not the operators': their network is closed to them.
  const network = { hosts: settings.PULL_ALLOWED_HOSTS ?? null, isOwnNetworkOpen: settings.DATABASE_URL === undefined }
  const ours = { network, publicUrl, temporalUi, mllp, twilio, maxFileBytes, ehrMetrics: createEhrMetrics() }
  return { database, databaseUrl, encryption, configuration, temporal, clock, log, ...ours }
}

function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username)
}

function twilioOf(settings: Settings): SmsConfig | null {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = settings
  if (accountSid === undefined || authToken === undefined) return null
  const { TWILIO_FROM: from, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid, TWILIO_BASE_URL: baseUrl } = settings
  return {
    ...{ accountSid, authToken },
    ...(from === undefined ? {} : { from }),
    ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  }
}
