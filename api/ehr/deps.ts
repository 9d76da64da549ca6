import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import type { ReceiveDeps } from '../../db/queries/inbound/receive.ts'
import type { Clock } from '../../domain/instant.ts'
import type { Log } from '../log.ts'
import type { EhrMetrics } from './metrics.ts'

/** What taking an EHR's messages needs, whatever way they come. */
export interface EhrDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  log: Log
  maxBodyBytes?: number
  /** Where messages that arrive together are stored together; left out: each by itself. */
  together?: ReceiveDeps['together']
  /** The most that a posted file may have, unpacked. */
  maxFileBytes?: number
  postsPerMinute?: number
  failuresPerMinute?: number
  /** Told of each message that was stored, and of each post that was refused before it was read. */
  metrics?: Pick<EhrMetrics, 'taken' | 'refused'>
}
