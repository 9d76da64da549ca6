import { layoutFor } from '../../../../domain/inbound/csv/layout.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import { type Clock, minuteMs } from '../../../../domain/instant.ts'
import type { Encryption } from '../../../encryption.ts'
import type { Database, Tx } from '../../../orm.ts'
import { isDeadlock } from '../failure.ts'
import { SourceChanged } from '../locks.ts'
import { findInboundSource, type InboundSource } from '../source.ts'
import { readChunks } from './chunks.ts'
import type { ClaimedFile } from './claim.ts'
import { WrongColumns } from './readFile.ts'

export interface ImportDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  /** Rows that are applied in one transaction. */
  batchRows?: number
  /** Whether this process is asked to stop: then the file is given back at the next batch. */
  isStopping?: () => boolean
}

/** How long (ms) a file is imported at a stretch while others may be waiting. */
const stretchMs = 2 * minuteMs

/** Stops at the end of a batch: the process is asked to, or others are to have a turn. */
export class Released extends Error {
  override name = 'Released'
}

/** One turn at a file that this worker holds: what all of its steps need. */
export class Turn {
  readonly deps: ImportDeps
  readonly file: ClaimedFile
  readonly #until: number
  #source: InboundSource | null = null
  constructor(deps: ImportDeps, file: ClaimedFile) {
    this.deps = deps
    this.file = file
    this.#until = deps.clock() + stretchMs
  }

  /** In one transaction with the file's progress, once more after a deadlock or an edit of the source. */
  async commit<T>(work: (tx: Tx, source: InboundSource) => Promise<T>): Promise<T> {
    const { database } = this.deps
    for (let attempt = 1; ; attempt += 1) {
      const source = await this.#currentSource()
      try {
        return await database.inOrganization(this.file.organizationId, (tx) => work(tx, source))
      } catch (error) {
        if (error instanceof SourceChanged) this.#source = null
        else if (!isDeadlock(error) || attempt >= 4) throw error
      }
    }
  }

  async #currentSource(): Promise<InboundSource> {
    const { database, encryption } = this.deps
    this.#source ??= await findInboundSource(database, encryption, this.file.sourceId)
    if (this.#source === null) throw new Error('the source of the file is not there')
    return this.#source
  }

  /** Between two batches. Throws `Released`. */
  pause({ forOthers = true } = {}): void {
    const isTime = forOthers && this.deps.clock() >= this.#until
    if (isTime || this.deps.isStopping?.()) throw new Released('another turn goes on')
  }

  /** As it was when the import began. Throws `WrongColumns` when it is no longer one of the source. */
  async layout(): Promise<CsvLayout> {
    const { file } = this
    if (file.layoutSettings !== null) return file.layoutSettings
    const source = await this.#currentSource()
    const layout = layoutFor(source.settings.csv, '', file.layout)
    if (layout === null) throw new WrongColumns([gone(file.layout)])
    await this.commit((tx) =>
      tx.query('update ehr_file set layout_settings = $2 where id = $1', [file.id, JSON.stringify(layout)]),
    )
    return layout
  }

  body(): AsyncIterable<Buffer> {
    return readChunks(this.deps, this.file.organizationId, this.file.id)
  }
}

function gone(name: string | null): InboundReason {
  const message = `the layout "${name}" is no longer one of this source`
  return { severity: 'error', code: 'unsupportedResource', path: 'file', message }
}
