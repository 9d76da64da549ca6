import { layoutFor } from '../../../../domain/inbound/csv/layout.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import { hasShrunk } from '../../../../domain/inbound/csv/snapshot.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import { type Clock, minuteMs } from '../../../../domain/instant.ts'
import type { Encryption } from '../../../encryption.ts'
import type { FileAlarm } from '../../../entities/ehrFile.ts'
import type { Found } from '../../../lookup.ts'
import type { Database, Tx } from '../../../orm.ts'
import { isDeadlock, isOurMistake, isOutage } from '../failure.ts'
import { SourceChanged } from '../locks.ts'
import { findInboundSource, type InboundSource } from '../source.ts'
import { absencesWithheld, cancelAbsent, countAbsences, noteAbsent } from './absences.ts'
import { applyRows } from './applyRows.ts'
import { readChunks } from './chunks.ts'
import { type ClaimedFile, claimFile, keepLease, LeaseLost, releaseFile } from './claim.ts'
import { type CsvRow, UnreadableCsv } from './csvRows.ts'
import { finishFile } from './finish.ts'
import { noteKeys } from './keys.ts'
import { keysOf, rowsInBatches, WrongColumns } from './readFile.ts'
import { storeRejects } from './rejects.ts'

export interface ImportDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  /** ISO 3166: the country of phone numbers that name none. */
  region: string
  /** Rows that are applied in one transaction. */
  batchRows?: number
  /** Whether this process is asked to stop: then the file is given back at the next batch. */
  isStopping?: () => boolean
}

/** What became of a turn at a file. `notOurs`: somebody else has it, or it must wait. `released`: it goes on later. */
export type ImportOutcome = 'notOurs' | 'done' | 'held' | 'refused' | 'released' | 'lost' | 'failed'

/** Rows whose ids are read in one transaction. */
const readingBatch = 1_000
/** After so many rows, and eight times as many each time, Postgres is to count anew how large its tables are. */
const firstCount = 500
/** How long (ms) a file is imported at a stretch while others may be waiting. */
const stretchMs = 2 * minuteMs
/** In a row without any progress: then it is no use. */
const mostAttempts = 10

/**
 * Imports one due file as far as it gets (Inbound: files): reads all ids, decides whether it may be applied, applies row
 * after row, and cancels what a snapshot no longer has. Whatever happens in between, another turn goes on after the last
 * batch that was committed. Throws what is not the file's fault; then it is due again, after a while.
 */
export async function importFile(deps: ImportDeps, found: Found): Promise<ImportOutcome> {
  const { database, clock } = deps
  const file = await claimFile(database, found, clock())
  if (file === null) return 'notOurs'
  try {
    return await new Import(deps, file).run()
  } catch (error) {
    return await giveBack(deps, file, error)
  }
}

/** Stops at the end of a batch: the process is asked to, or others are to have a turn. */
class Released extends Error {
  override name = 'Released'
}

async function giveBack({ database, clock }: ImportDeps, file: ClaimedFile, error: unknown): Promise<ImportOutcome> {
  const inFile = (work: (tx: Tx) => Promise<void>) => database.inOrganization(file.organizationId, work)
  if (error instanceof LeaseLost) return 'lost'
  if (error instanceof Released) {
    await inFile((tx) => releaseFile(tx, file, clock(), null))
    return 'released'
  }
  if (error instanceof WrongColumns || error instanceof UnreadableCsv) {
    const reasons = error instanceof WrongColumns ? error.reasons : [error.reason]
    await inFile((tx) => finishFile(tx, file, clock(), { state: 'refused', reasons }))
    return 'refused'
  }
  const code = codeOf(error)
  if (isOurMistake(error) && file.attempts >= mostAttempts) {
    await inFile((tx) => finishFile(tx, file, clock(), { state: 'failed', error: code }))
    return 'failed'
  }
  // Where the database is away, the lease ends by itself.
  if (!isOutage(error)) await inFile((tx) => releaseFile(tx, file, clock() + 5_000 * file.attempts, code))
  throw error
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknownError'
}

/** One turn at a file. */
class Import {
  readonly deps: ImportDeps
  readonly file: ClaimedFile
  readonly until: number
  source: InboundSource | null = null
  constructor(deps: ImportDeps, file: ClaimedFile) {
    this.deps = deps
    this.file = file
    this.until = deps.clock() + stretchMs
  }

  async run(): Promise<ImportOutcome> {
    const layout = await this.layout()
    if (this.file.phase === 'reading') {
      const alarm = await this.readIds(layout)
      if (alarm !== null) return 'held'
    }
    if (this.file.phase === 'applying') await this.applyAll(layout)
    await this.endAbsences(layout)
    return 'done'
  }

  /** In one transaction with the file's progress, once more after a deadlock or an edit of the source. */
  private async commit<T>(work: (tx: Tx, source: InboundSource) => Promise<T>): Promise<T> {
    const { database } = this.deps
    for (let attempt = 1; ; attempt += 1) {
      const source = await this.currentSource()
      try {
        return await database.inOrganization(this.file.organizationId, (tx) => work(tx, source))
      } catch (error) {
        if (error instanceof SourceChanged) this.source = null
        else if (!isDeadlock(error) || attempt >= 4) throw error
      }
    }
  }

  private async currentSource(): Promise<InboundSource> {
    const { database, encryption } = this.deps
    this.source ??= await findInboundSource(database, encryption, this.file.sourceId)
    if (this.source === null) throw new Error('the source of the file is not there')
    return this.source
  }

  private pause({ forOthers = true } = {}): void {
    const isTime = forOthers && this.deps.clock() >= this.until
    if (isTime || this.deps.isStopping?.()) throw new Released('another turn goes on')
  }

  /** As it was when the import began. */
  private async layout(): Promise<CsvLayout> {
    const { file } = this
    if (file.layoutSettings !== null) return file.layoutSettings
    const source = await this.currentSource()
    const layout = layoutFor(source.settings.csv, '', file.layout)
    if (layout === null) throw new WrongColumns([gone(file.layout)])
    await this.commit((tx) =>
      tx.query('update ehr_file set layout_settings = $2 where id = $1', [file.id, JSON.stringify(layout)]),
    )
    return layout
  }

  private body(): AsyncIterable<Buffer> {
    return readChunks(this.deps, this.file.organizationId, this.file.id)
  }

  /** Reads which records the file has; an alarm when they are too few. Nothing is applied before all of them are known. */
  private async readIds(layout: CsvLayout): Promise<FileAlarm | null> {
    const { file, deps } = this
    let count = 0
    for await (const { reader, rows } of rowsInBatches(layout, this.body(), { after: 0, size: readingBatch })) {
      count = (rows.at(-1)?.row ?? 1) - 1
      await this.commit(async (tx) => {
        await noteKeys(tx, file.id, keysOf(reader, rows))
        await keepLease(tx, file, deps.clock(), { position: count })
      })
      // Ids are read anew from the first when this is interrupted, so only a stop does.
      this.pause({ forOthers: false })
    }
    return this.commit(async (tx) => {
      const alarm = file.isDecided ? null : await alarmOf(tx, file, layout, count)
      if (alarm !== null) {
        await keepLease(tx, file, deps.clock(), { rows: count })
        await finishFile(tx, file, deps.clock(), { state: 'held', alarm })
        return alarm
      }
      await keepLease(tx, file, deps.clock(), { phase: 'applying', position: 0, rows: count })
      Object.assign(file, { phase: 'applying', position: 0, rows: count })
      return null
    })
  }

  private async applyAll(layout: CsvLayout): Promise<void> {
    const { file, deps } = this
    const { batchRows = 200 } = deps
    let applied = 0
    let countAfter = firstCount
    for await (const batch of rowsInBatches(layout, this.body(), { after: file.position, size: batchRows })) {
      await this.applyBatch(batch)
      applied += batch.rows.length
      if (applied >= countAfter) {
        countAfter *= 8
        await this.commit((tx) => tx.query('select count_imported()'))
      }
      this.pause()
    }
    const { rows: kind, snapshot } = layout
    await this.commit(async (tx) => {
      if (kind !== 'patient' && snapshot !== null) await noteAbsent(tx, file, kind, snapshot)
      await keepLease(tx, file, deps.clock(), { phase: 'absences', position: 0 })
    })
    Object.assign(file, { phase: 'absences', position: 0 })
  }

  /** A row that the database will not take, for a reason that nobody foresaw, is rejected alone. */
  private async applyBatch(batch: Parameters<typeof applyRows>[4]): Promise<void> {
    const { file, deps } = this
    try {
      await this.commit((tx, source) => applyRows(deps, tx, source, file, batch, deps.clock()))
    } catch (error) {
      if (error instanceof LeaseLost || !isOurMistake(error)) throw error
      const { reader, rows } = batch
      const [only] = rows
      if (only === undefined) throw error
      if (rows.length === 1) return await this.rejectAlone(only, error)
      const half = Math.ceil(rows.length / 2)
      await this.applyBatch({ reader, rows: rows.slice(0, half) })
      await this.applyBatch({ reader, rows: rows.slice(half) })
    }
  }

  private async rejectAlone(row: CsvRow, error: unknown): Promise<void> {
    const { file, deps } = this
    const message = `could not be stored through no fault of the file (code ${codeOf(error)})`
    const reason: InboundReason = { severity: 'error', code: 'malformed', path: 'row', message }
    await this.commit(async (tx) => {
      await storeRejects(tx, deps.encryption, file.id, [{ row, reasons: [reason] }])
      await keepLease(tx, file, deps.clock(), { position: row.row - 1, rejected: 1 })
    })
  }

  /** What the window has and the file has not was cancelled; unless something says that it may not have been. */
  private async endAbsences({ rows: kind, snapshot }: CsvLayout): Promise<void> {
    const { file, deps } = this
    const reasons: InboundReason[] = []
    if (kind !== 'patient' && snapshot !== null) {
      const withheld = await this.commit((tx) => absencesWithheld(tx, file))
      if (withheld !== null) reasons.push(withheld)
      else
        for (let noted = -1; noted !== 0; ) {
          noted = await this.commit(async (tx, source) => {
            const now = deps.clock()
            const ended = await cancelAbsent(tx, source, file, kind, { limit: 100, now })
            await keepLease(tx, file, now, { absent: ended.cancelled })
            return ended.noted
          })
          if (noted !== 0) this.pause()
        }
    }
    await this.commit((tx) => finishFile(tx, file, deps.clock(), { state: 'done', reasons }))
  }
}

function gone(name: string | null): InboundReason {
  const message = `the layout "${name}" is no longer one of this source`
  return { severity: 'error', code: 'unsupportedResource', path: 'file', message }
}

/** Fewer rows than the last good file of the layout, or fewer of the records that its window should have. */
async function alarmOf(tx: Tx, file: ClaimedFile, layout: CsvLayout, rows: number): Promise<FileAlarm | null> {
  const { snapshot, rows: kind } = layout
  if (snapshot === null || kind === 'patient') return null
  const [last] = await tx.query<{ rows: number }>(
    `select rows from ehr_file where source_id = $1 and layout is not distinct from $2 and state = 'done' and id <> $3
     order by version_at desc, id desc limit 1`,
    [file.sourceId, file.layout, file.id],
  )
  if (last && hasShrunk(snapshot, rows, last.rows)) return { what: 'rows', now: rows, before: last.rows }
  if ((await absencesWithheld(tx, file)) !== null) return null
  const { all, absent } = await countAbsences(tx, file, kind, snapshot)
  return hasShrunk(snapshot, all - absent, all) ? { what: 'absences', now: all - absent, before: all } : null
}
