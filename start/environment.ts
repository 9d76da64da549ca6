import { z } from 'zod'
import { isHostEntry } from '../ehr/network.ts'
import { CannotStart } from '../embedded/cannotStart.ts'

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is not a port: a number from 0 (any free) to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'is not a port: a number from 0 (any free) to 65535')

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'is not a Postgres address: postgresql://user:password@host:5432/database')

const webUrl = z
  .url({ protocol: /^https?$/, error: 'is not a web address: https://messages.example.org' })
  .transform((url) => url.replace(/\/+$/, ''))

const hostAndPort = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port, e.g. temporal.example.org:7233')

const file = z.string()

const variables = z.object({
  PORT: port.default(8080),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  FILE_MAX_MB: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'is no number of megabytes: 1 to 99999')
    .default('500')
    .transform(Number),
  MLLP_PORT: port.optional(),
  MLLP_TLS_CERT: file.optional(),
  MLLP_TLS_KEY: file.optional(),
  MLLP_TLS_CA: file.optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  POSTGRES_PORT: port.default(5433),
  TEMPORAL_ADDRESS: hostAndPort.optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_TLS_CA: file.optional(),
  TEMPORAL_TLS_CERT: file.optional(),
  TEMPORAL_TLS_KEY: file.optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_PORT: port.default(7233),
  TEMPORAL_UI_PORT: port.default(8233),
  TEMPORAL_UI_URL: webUrl.optional(),
  PUBLIC_URL: webUrl.optional(),
  ENCRYPTION_KEY: z.string().optional(),
  PULL_ALLOWED_HOSTS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .refine(
      (entries) => entries.every(isHostEntry),
      'has an entry that is no host, *.domain, address or range: ehr.example.org,10.1.0.0/16',
    )
    .optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'is not an account SID: AC and 32 hexadecimal digits')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'is not a phone number: +15555550100')
    .optional(),
  TWILIO_MESSAGING_SERVICE_SID: z.string().optional(),
  TWILIO_BASE_URL: webUrl.optional(),
})

/** What belongs together: one without the others is a mistake, and says so before anything starts. */
const rules: readonly [broken: (settings: Settings) => boolean, variable: string, sentence: string][] = [
  [
    (is) => Boolean(is.DATABASE_URL) && !is.ENCRYPTION_KEY,
    'ENCRYPTION_KEY',
    'is missing: with DATABASE_URL it is required, id:key with 32 bytes from "openssl rand -base64 32", e.g. k1:qL…8=',
  ],
  [
    (is) => Boolean(is.MIGRATION_DATABASE_URL) && !is.DATABASE_URL,
    'DATABASE_URL',
    'is missing beside MIGRATION_DATABASE_URL',
  ],
  [
    (is) => Boolean(is.TEMPORAL_TLS_CERT) !== Boolean(is.TEMPORAL_TLS_KEY),
    'TEMPORAL_TLS_CERT',
    'and TEMPORAL_TLS_KEY go together',
  ],
  [(is) => Boolean(is.MLLP_TLS_CERT) !== Boolean(is.MLLP_TLS_KEY), 'MLLP_TLS_CERT', 'and MLLP_TLS_KEY go together'],
  [
    (is) => Boolean(is.MLLP_TLS_CA) && !is.MLLP_TLS_CERT,
    'MLLP_TLS_CERT',
    'and MLLP_TLS_KEY are missing beside MLLP_TLS_CA',
  ],
  [
    (is) => Boolean(is.TWILIO_ACCOUNT_SID) !== Boolean(is.TWILIO_AUTH_TOKEN),
    'TWILIO_ACCOUNT_SID',
    'and TWILIO_AUTH_TOKEN go together',
  ],
  [
    (is) => Boolean(is.TWILIO_ACCOUNT_SID) && !is.TWILIO_FROM && !is.TWILIO_MESSAGING_SERVICE_SID,
    'TWILIO_FROM',
    'or TWILIO_MESSAGING_SERVICE_SID is missing: one of them names the sender',
  ],
  [(is) => Boolean(is.TWILIO_ACCOUNT_SID) && !is.PUBLIC_URL, 'PUBLIC_URL', 'is missing: Twilio reports to it'],
]

export type Settings = z.infer<typeof variables>

/**
 * Reads the settings; an empty one counts as absent.
 * @throws CannotStart that names every wrong setting at once. Values are not repeated: some are secrets.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = variables.safeParse(given)
  const problems = parsed.success
    ? rules.filter(([broken]) => broken(parsed.data)).map(([, variable, sentence]) => `${variable} ${sentence}`)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  if (!parsed.success || problems.length > 0) throw new CannotStart(`Correct the environment: ${problems.join('; ')}`)
  return parsed.data
}
