import type { Request } from 'express'
import type { Encryption } from '../db/encryption.ts'
import type { Database } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import type { Clock } from '../domain/instant.ts'
import type { EhrNetwork } from '../ehr/network.ts'
import type { Sessions } from './sessions.ts'

/** What the pages need of whoever starts them. */
export interface WebDeps {
  database: Database
  encryption: Encryption
  /** Actions and settings by revision, as API and worker cache them. */
  configuration: ConfigurationCache
  clock: Clock
  sessions: Sessions
  /** Where EHRs and patients reach us, without a trailing slash. */
  publicUrl: string
  /** Where HL7 v2 is taken over MLLP; null where it is not. */
  mllp: { port: number; tls: boolean } | null
  /** The most that a file of a source may have, in bytes. */
  maxFileBytes?: number
  /** To which hosts we connect in order to fetch from EHRs; left out: to any. */
  network?: EhrNetwork
  /** Whether messages go to simulated phones, which then have a page. */
  simulator: boolean
  /** Our namespace in Temporal's own UI, for operators; null when it is not known where that is. */
  temporalUi: string | null
  /** Called with what went wrong unexpectedly, and where it was asked for; nothing of it is shown. */
  report: (error: unknown, req: Request | null) => void
}
