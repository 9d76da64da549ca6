import type { Instant } from '../../instant.ts'

/** A source could not be fetched from: a code, and a sentence for the practice's admin, without patient data. */
export class PullFailed extends Error {
  override name = 'PullFailed'
  readonly code: string
  /** The soonest that the source wants to be asked again; null: it did not say. */
  readonly retryAt: Instant | null

  constructor(code: string, message: string, retryAt: Instant | null = null) {
    super(message)
    this.code = code
    this.retryAt = retryAt
  }
}
