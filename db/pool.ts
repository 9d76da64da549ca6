import { Pool } from 'pg'
import { withCode } from './connectionLoss.ts'
import { checkUrl, explainFailure } from './databaseProblem.ts'
import { gatheringSocket } from './gatheringSocket.ts'
import { appRole } from './roles.ts'
import { ormTypes } from './rowTypes.ts'

export interface PoolOptions {
  url: string
  poolSize?: number
  /** Told the code of what happens to idle connections; never a text of the server's. */
  log?: (event: { event: 'connectionLost'; code: string }) => void
}

/** A pool whose every connection acts as the app's role, whoever signs in. Throws `DatabaseProblem`. */
export async function openPool({ url, poolSize = 10, log }: PoolOptions): Promise<Pool> {
  checkUrl(url)
  const pool = new Pool({
    connectionString: asRole(url),
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A statement is sent without waiting for the answer to the one before: a unit of work is mostly waiting.
    pipeline: true,
    stream: gatheringSocket,
    application_name: 'custom-actions',
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    types: ormTypes,
  })
  const lost = (error: Error) =>
    log?.({ event: 'connectionLost', code: (withCode(error) as { code?: string }).code ?? 'closed' })
  // Without a listener the loss of a connection would end the process: idle ones report to the pool, busy ones here.
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw explainFailure(url, error)
  }
  return pool
}

/**
 * The role is a start-up option, so that it costs no round trip and holds even for a superuser's login. So is what a page
 * out of order costs, which Postgres takes to be that of a turning disk: a plan made while a table is small, and kept,
 * would read all of it when it is large.
 */
function asRole(url: string): string {
  const parsed = new URL(url)
  const given = parsed.searchParams.get('options')
  parsed.searchParams.set(
    'options',
    `${given === null ? '' : `${given} `}-c role=${appRole} -c timezone=UTC -c random_page_cost=1.1`,
  )
  return parsed.href
}
