import { SourceChanged } from './locks.ts'
import { ZonesChanged } from './zonesChanged.ts'

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Two messages needed the same rows in another order: Postgres ended one of them, which may try again at once. */
export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === '40P01' || codeOf(error) === '40001'
}

/** Classes of Postgres (connection, resources, shutdown, I/O), and codes of sockets. */
const outageCodes = /^(08|53|57|58|ECONN|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT)/

/** The database is away or too busy: the same message may be taken later. The driver gives some of these no code. */
export function isOutage(error: unknown): boolean {
  const { message } = (error ?? {}) as { message?: unknown }
  return outageCodes.test(codeOf(error)) || (codeOf(error) === '' && /connection|timeout/i.test(String(message)))
}

/** Our own mistake: the message is kept, so that it can be replayed once that is put right. */
export function isOurMistake(error: unknown): boolean {
  return !(error instanceof SourceChanged || error instanceof ZonesChanged) && !isDeadlock(error) && !isOutage(error)
}
