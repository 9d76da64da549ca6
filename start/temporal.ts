import { readFileSync } from 'node:fs'
import { Client, Connection, type ConnectionOptions } from '@temporalio/client'
import proto from '@temporalio/proto'
import { type LogLevel, type LogMetadata, NativeConnection, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'
import { CannotStart } from '../embedded/cannotStart.ts'
import { errorCode } from '../worker/errorCodes.ts'
import { organizationSearchAttribute } from '../workflows/names.ts'
import type { Settings } from './environment.ts'

type TemporalSettings = Pick<
  Settings,
  | 'TEMPORAL_NAMESPACE'
  | 'TEMPORAL_API_KEY'
  | 'TEMPORAL_TLS_CA'
  | 'TEMPORAL_TLS_CERT'
  | 'TEMPORAL_TLS_KEY'
  | 'TEMPORAL_TLS_SERVER_NAME'
>

/**
 * Must run before anything else of the SDK does. Its log goes through ours without the texts of errors, which can quote
 * a patient's data; and its own handlers, which end the workers at a signal, stay away: the order of stopping is ours.
 */
export function installRuntime(log: Logger): void {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}) => {
    const { error, ...rest } = meta
    const known = Object.fromEntries(Object.entries(rest).filter(([name]) => toldOfTemporal.has(name)))
    log[pinoLevels[level]]({ ...known, ...(error === undefined ? {} : { code: errorCode(error) }) }, message)
  }
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: write,
      trace: (message, meta) => write('TRACE', message, meta),
      debug: (message, meta) => write('DEBUG', message, meta),
      info: (message, meta) => write('INFO', message, meta),
      warn: (message, meta) => write('WARN', message, meta),
      error: (message, meta) => write('ERROR', message, meta),
    },
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  })
}

const pinoLevels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const
const toldOfTemporal = new Set([
  'taskQueue',
  'workflowId',
  'workflowType',
  'activityType',
  'attempt',
  'state',
  'sdkComponent',
])

export interface TemporalConnections {
  client: Client
  native: NativeConnection
  close(): Promise<void>
}

/** @throws CannotStart when no server answers, it refuses us, or it has no such namespace. */
export async function connectTemporal(settings: TemporalSettings, address: string): Promise<TemporalConnections> {
  const namespace = settings.TEMPORAL_NAMESPACE
  const options = connectionOptions(settings, address)
  const connection = await Connection.connect({ ...options, connectTimeout: '10s' }).catch((error: unknown) => {
    throw new CannotStart(
      `No Temporal server answers at ${address} (${errorCode(error)}): start it there, or correct TEMPORAL_ADDRESS and ` +
        'the TEMPORAL_TLS_* settings',
    )
  })
  try {
    await connection.workflowService.describeNamespace({ namespace })
    const native = await NativeConnection.connect(options)
    return {
      client: new Client({ connection, namespace }),
      native,
      async close() {
        await native.close()
        await connection.close()
      },
    }
  } catch (error) {
    await connection.close()
    throw new CannotStart(
      `Temporal at ${address} does not let us use the namespace ${namespace} (${grpcCode(error)}): make it (temporal ` +
        'operator namespace create), or correct TEMPORAL_NAMESPACE and TEMPORAL_API_KEY',
    )
  }
}

/** Registers our search attribute where it is missing. @throws CannotStart where that is not for us to do. */
export async function registerSearchAttributes({ client }: Pick<TemporalConnections, 'client'>): Promise<void> {
  const { namespace } = client.options
  const { operatorService } = client.connection as Connection
  const name = organizationSearchAttribute
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
    if (name in customAttributes) return
    const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    await operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: keyword } })
  } catch (error) {
    if (grpcCode(error) === alreadyExists) return
    throw new CannotStart(
      `The search attribute ${name} (Keyword) is missing in the namespace ${namespace} and cannot be added from here ` +
        `(${grpcCode(error)}): add it there, e.g. with "temporal operator search-attribute create"`,
    )
  }
}

const alreadyExists = 6

function grpcCode(error: unknown): number | string {
  const { code } = error as { code?: number }
  return code ?? errorCode(error)
}

function connectionOptions(settings: TemporalSettings, address: string) {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file))
  const { TEMPORAL_API_KEY: apiKey, TEMPORAL_TLS_SERVER_NAME: serverName } = settings
  const ca = read(settings.TEMPORAL_TLS_CA)
  const crt = read(settings.TEMPORAL_TLS_CERT)
  const key = read(settings.TEMPORAL_TLS_KEY)
  const tls = {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(ca === undefined ? {} : { serverRootCACertificate: ca }),
    ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
  }
  const isSecure = apiKey !== undefined || Object.keys(tls).length > 0
  return {
    address,
    ...(isSecure ? { tls } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  } satisfies ConnectionOptions
}
