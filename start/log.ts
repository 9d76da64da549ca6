import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Settings } from './environment.ts'

type Level = Settings['LOG_LEVEL']

// The callers log ids and codes only; this is the net below them.
const hidden = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'body',
  'to',
  'phone',
  'email',
  'address',
]

const options = {
  base: null,
  redact: { paths: [...hidden, ...hidden.map((name) => `*.${name}`)], censor: '…' },
  // An error's message can quote what it was about.
  serializers: { err: (error: { name?: string; code?: string }) => ({ name: error.name, code: error.code }) },
} satisfies pino.LoggerOptions

/** JSON lines on the standard output, for a process that something else watches over. */
export function logToStdout(level: Level): Logger {
  return pino({ ...options, level })
}

/** JSON lines in `logs/app.log` of the data folder; the log of the start before stays beside it. */
export function logToFile(dataDir: string, level: Level): { log: Logger; file: string } {
  const folder = join(dataDir, 'logs')
  const file = join(folder, 'app.log')
  mkdirSync(folder, { recursive: true })
  try {
    renameSync(file, join(folder, 'app.before.log'))
  } catch {
    // the first start has none
  }
  return { log: pino({ ...options, level }, pino.destination({ dest: file, sync: true })), file }
}
