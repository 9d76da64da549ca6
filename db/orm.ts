import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql'
import { Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Clock, Instant } from '../domain/instant.ts'
import { withCode } from './connectionLoss.ts'
import { entities } from './entities/index.ts'
import { type AskingStatement, gathering, type RowsStatement } from './gathering.ts'
import { createLookup, type Lookup } from './lookup.ts'
import { isId } from './newId.ts'
import { openPool, type PoolOptions } from './pool.ts'
import { rowTypes } from './rowTypes.ts'

/** One unit of work: a transaction that sees one organization's rows and no others. Not usable after it has ended. */
export interface Tx {
  readonly organizationId: string
  /** The clock's time when the unit of work began. */
  readonly now: Instant
  /** Of this transaction; flushed before it commits. It has no transactions of its own: this is the one. */
  readonly em: SqlEntityManager
  /**
   * Plain SQL with `$1` placeholders. `timestamptz` comes as Date, `date` as 'YYYY-MM-DD', `bigint` as number. A `name`
   * has the statement prepared once a connection: for what runs often and never changes its text.
   */
  query<T extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
    name?: string,
  ): Promise<T[]>
  /**
   * A write that nobody needs an answer to: the next statement does not wait for it. Should it fail, the unit of work
   * fails with its error when it would commit, and any statement sent meanwhile is refused.
   */
  send(sql: string, params?: readonly unknown[], name?: string): void
  /** Asks about one row, together with all others that are asked about in the same moment: one statement. */
  ask<Row, Answer extends object>(statement: AskingStatement<Row, Answer>, row: Row): Promise<Answer | undefined>
  /** Like `send`, of one row: rows of one statement go together, before any other statement and before the commit. */
  write<Row>(statement: RowsStatement<Row>, row: Row): void
}

export interface Database {
  /**
   * Runs one unit of work: commits when it returns, rolls back when it throws. `durable: false` does not wait until the
   * disk has it: for what may be lost when the database's machine loses its power.
   */
  inOrganization<T>(organizationId: string, work: (tx: Tx) => Promise<T>, options?: { durable?: boolean }): Promise<T>
  /** What is found before the organization is known. */
  readonly lookup: Lookup
  /** Counts of all organizations together, for the metrics. */
  figures(now: Instant): Promise<Figures>
  /** Throws when the database can't be reached. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface Figures {
  outboxRows: number
  outboxLagSeconds: number
  plannedMessages: number
  /** Sources that are silent for longer than they usually are. */
  silentSources: number
  deliveries: { status: string; count: number }[]
}

export interface OpenOptions extends PoolOptions {
  clock: Clock
}

/** Connects as the role that owns nothing. Throws `DatabaseProblem` in one sentence when that can't be done. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const pool = await openPool(options)
  // The pool is ours: the ORM never connects by itself, so it asks for no name and makes no database.
  const orm = new MikroORM({
    entities,
    dbName: 'in-the-url',
    driverOptions: () => new PostgresDialect({ pool }),
    ensureDatabase: false,
    debug: false,
  })
  const database: Database = {
    inOrganization: (organizationId, work, how) =>
      inOrganization(pool, orm, options.clock, organizationId, work, how?.durable ?? true),
    lookup: createLookup(pool),
    figures: (now) => readFigures(pool, now),
    async ping() {
      await pool.query('select 1')
    },
    async close() {
      await pool.end()
    },
  }
  return database
}

async function inOrganization<T>(
  pool: Pool,
  orm: MikroORM,
  clock: Clock,
  organizationId: string,
  work: (tx: Tx) => Promise<T>,
  durable: boolean,
): Promise<T> {
  // The id goes into the text of the statement: two statements in one round trip take no parameters.
  if (!isId(organizationId)) throw new Error('organizationId: not a UUID')
  const client = await pool.connect().catch((error: unknown) => Promise.reject(withCode(error)))
  const { tx, sent, end } = unitOfWork(client, orm, organizationId, clock())
  try {
    // Nobody waits for it: the statements after it are sent at once, and fail with it.
    const hasty = durable ? '' : '; set local synchronous_commit = off'
    const begun = client.query(`begin; set local app.organization_id = '${organizationId}'${hasty}`)
    begun.catch(() => undefined)
    sent.push(begun)
    const result = await work(tx)
    await end()
    const { command } = await client.query('commit')
    await Promise.all(sent)
    // A statement failed and somebody caught it: Postgres rolls back, and says so only here.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back because a statement in it had failed')
    client.release()
    return result
  } catch (error) {
    await rollBack(client)
    // After the failure of one that nobody waited for, others are only told that the transaction is over.
    await Promise.all(sent).catch((first: unknown) => Promise.reject(withCode(first)))
    throw withCode(error)
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    client.release()
  } catch {
    // The connection is gone, and with it the transaction.
    client.release(true)
  }
}

function unitOfWork(client: PoolClient, orm: MikroORM, organizationId: string, now: Instant) {
  let em: SqlEntityManager | null = null
  let ended = false
  const sent: Promise<unknown>[] = []
  const post = <R extends object>(text: string, params: readonly unknown[], name?: string) => {
    if (ended) throw new Error('the unit of work has ended')
    return client.query<R>({ text, values: [...params], types: rowTypes, ...(name === undefined ? {} : { name }) })
  }
  const unheard = (answer: Promise<unknown>) => {
    answer.catch(() => undefined)
    sent.push(answer)
  }
  const gathered = gathering({ organizationId, now }, post, unheard)
  const ask = <R extends object>(text: string, params: readonly unknown[], name?: string) => {
    gathered.flush()
    return post<R>(text, params, name)
  }
  const tx: Tx = {
    organizationId,
    now,
    get em() {
      if (ended) throw new Error('the unit of work has ended')
      gathered.flush()
      if (em === null) {
        em = entityManager(client, orm)
        // The ORM writes in an order of its own: foreign keys are checked at the end. Sent ahead of its first statement,
        // which fails with it, as does the commit: nothing is lost by not waiting for it.
        client.query('set constraints all deferred').catch(() => undefined)
      }
      return em
    },
    async query<R extends object>(text: string, params: readonly unknown[] = [], name?: string) {
      return (await ask<R>(text, params, name)).rows
    },
    send(text, params = [], name) {
      unheard(ask(text, params, name))
    },
    async ask(statement, row) {
      if (ended) throw new Error('the unit of work has ended')
      return gathered.ask(statement, row)
    },
    write(statement, row) {
      if (ended) throw new Error('the unit of work has ended')
      gathered.write(statement, row)
    },
  }
  return {
    tx,
    sent,
    async end() {
      gathered.flush()
      await em?.flush()
      ended = true
    },
  }
}

/** An entity manager whose statements all go over this one connection, inside the transaction it is in. */
function entityManager(client: PoolClient, orm: MikroORM): SqlEntityManager {
  const connection = { query: client.query.bind(client), release: () => undefined }
  const pool = { connect: async () => connection, end: async () => undefined, options: {} }
  const em = orm.em.fork()
  em.setTransactionContext(new Kysely({ dialect: new PostgresDialect({ pool: pool as never }) }))
  return em
}

async function readFigures(pool: Pool, now: Instant): Promise<Figures> {
  const { rows } = await pool.query<{
    outbox_rows: number
    outbox_oldest: Date | null
    planned_messages: number
    silent_sources: number
    deliveries: Record<string, number>
  }>({ text: 'select * from lookup_figures()', types: rowTypes })
  const [row] = rows
  if (row === undefined) throw new Error('lookup_figures() answered with no row')
  return {
    outboxRows: row.outbox_rows,
    outboxLagSeconds: row.outbox_oldest === null ? 0 : Math.max(0, now - row.outbox_oldest.getTime()) / 1000,
    plannedMessages: row.planned_messages,
    silentSources: row.silent_sources,
    deliveries: Object.entries(row.deliveries).map(([status, count]) => ({ status, count })),
  }
}
