import type { Encryption } from '../db/encryption.ts'
import type { Database } from '../db/orm.ts'
import type { ConfigurationCache } from '../db/queries/facts.ts'
import type { TextChannel } from '../domain/action.ts'
import type { Clock } from '../domain/instant.ts'
import type { EhrNetwork } from '../ehr/network.ts'
import type { DeliverQueue } from '../workflows/names.ts'
import type { Channel } from './channels/channel.ts'

/** A channel as the worker has set it up. */
export interface ChannelSetup {
  channel: Channel
  /** Whose slots a call to it takes. */
  queue: DeliverQueue
  /** Where its provider reports, for one attempt; null: it does not report. */
  statusCallbackUrl: (attemptId: string) => string | null
}

/** All that activities need from outside; the worker builds it, tests pass what they like of the same type. */
export interface ActivityDeps {
  database: Database
  configuration: ConfigurationCache
  encryption: Encryption
  clock: Clock
  channels: Partial<Record<TextChannel, ChannelSetup>>
  /** To which hosts we connect in order to fetch from EHRs; left out: to any. */
  network?: EhrNetwork
  /** The address under which people open the UI. */
  publicUrl: string
  /** The most that a file of a source may have, in bytes. */
  maxFileBytes?: number
  /** Operators are told codes and ids, never texts. */
  report: (event: ReportedEvent) => void
}

export type ReportedEvent =
  | { event: 'loopBroken'; actionId: string; waitsFor: string }
  | { event: 'providerRefused'; channel: TextChannel; code: string; kind: string }
  | { event: 'outcomeUnknown'; channel: TextChannel; code: string }
  | { event: 'sourceSilent' | 'silenceOver'; organizationId: string; sourceId: string }
  | { event: 'pulledMessageKept'; sourceId: string; code: string }
  | { event: 'deletedByAge'; organizationId: string; messages: number; partsOfFiles: number }
  | { event: 'settled'; status: string; reason: string | null }
