/** What came of asking a server that a source is fetched from, as its settings say. */
export interface Trial {
  isWell: boolean
  /** `well`, or that of the failure. */
  code: string
  /** A sentence for the practice's admin. */
  message: string
  /** Of an SFTP server: what it showed, to be compared and confirmed; null: it did not come to that. */
  hostKeyFingerprint?: string | null
}
