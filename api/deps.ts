import type { Router } from 'express'
import type { Registry } from 'prom-client'
import type { Encryption } from '../db/encryption.ts'
import type { Database } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import type { TextChannel } from '../domain/action.ts'
import type { Clock } from '../domain/instant.ts'
import type { EhrNetwork } from '../ehr/network.ts'
import type { Log } from './log.ts'

export interface Readiness {
  database: boolean
  temporal: boolean
  worker: boolean
}

/** A text that a person sends by hand, outside the ledger: a test to one's own phone, an answer to a reply. */
export interface DirectMessage {
  id: string
  channel: TextChannel
  to: string
  subject: string | null
  body: string
}
export type DirectOutcome = { outcome: 'accepted' } | { outcome: 'refused' | 'notKnown'; code: string }

/** Everything the API stands on; made once by whoever starts it, or by a test. */
export interface ApiDeps {
  database: Database
  clock: Clock
  encryption: Encryption
  /** Actions and settings by revision, as the worker caches them. */
  configuration: ConfigurationCache
  log: Log
  /** Where browsers and providers reach us, without a trailing slash. */
  publicUrl: string
  readiness: () => Promise<Readiness>
  /** To which hosts we connect in order to fetch from EHRs; left out: to any. */
  network?: EhrNetwork
  /** The simulated phone and mailbox are part of the API only when messages go there. */
  simulator: boolean
  /** Sends a text outside the ledger, by the channel that deliveries go by; without it, to the simulated phone. */
  sendDirect?: (organizationId: string, message: DirectMessage) => Promise<DirectOutcome>
  /** What was taken from EHRs, for `GET /metrics`. */
  ehrMetrics?: Registry
  /** `POST /ehr/*`. */
  ehr?: Router
  /** `POST /callbacks/*`. */
  callbacks?: Router
  /** The pages. */
  web?: Router
  /** Tests only: every response is checked against the contract before it leaves. */
  checkResponses?: boolean
}
