import { hash } from 'node:crypto'
import type { InboundRecord } from '../../../domain/inbound/normalForm.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Tx } from '../../orm.ts'
import type { InboundSource } from './source.ts'

/** Of the first records of a message, in their order, what applies each; undefined for those that are read later. */
export type ReadAhead = ((() => Promise<RecordOutcome>) | undefined)[]

/** What storing one message works with: its unit of work, whose it is, and when it arrived. */
export interface Applying {
  tx: Tx
  source: InboundSource
  now: Instant
  /** When the source's row was last told that it is alive; left out: nobody looked. */
  lastMessageAt?: Instant | null
  /** The locks of its records, tried before anything is asked about them; left out: they are not tried yet. */
  locks?: readonly string[]
  /** What is known of its records, where that was asked for behind the locks already. */
  ahead?: ReadAhead
  /** Stubs that this message made itself: nobody else can know them yet, so filling them touches nothing. */
  made: Set<string>
  /** Filled with the row that each record is now, where there is one; left out where nobody asks. */
  became?: Map<InboundRecord, string>
}

/**
 * What became of a record: a stub that is filled counts as new; `older` lost to a newer version, `unchanged` equals the
 * last applied, `ignored` is by the source's settings nothing that is kept here.
 */
export type RecordOutcome = 'created' | 'updated' | 'unchanged' | 'older' | 'ignored'

export type RecordOf<Kind extends InboundRecord['kind']> = Extract<InboundRecord, { kind: Kind }>

/** Of a record that was deleted: equal to no content's. */
export const deletedHash = 'deleted'

/** Equal for equal contents: what leaves it unchanged touches nothing. */
export function hashOf(content: object): string {
  return hash('sha256', JSON.stringify(content), 'base64url')
}

/** The position in the order of versions; null where the source gives none. */
export function dateOrNull(instant: Instant | null): Date | null {
  return instant === null ? null : new Date(instant)
}
