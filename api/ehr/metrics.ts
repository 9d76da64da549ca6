import { Counter, Registry } from 'prom-client'
import type { MessageOutcome } from '../../db/queries/inbound/message.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'

/** Counts of what a process took from EHRs, for Prometheus. */
export interface EhrMetrics {
  registry: Registry
  /** A message that was stored, whatever became of it. */
  taken: (way: InboundSource['kind'] | 'mllp', outcome: MessageOutcome) => void
  /** A post that was refused before it was read. */
  refused: (reason: 'unknownSource' | 'wrongSecret') => void
}

export function createEhrMetrics(): EhrMetrics {
  const registry = new Registry()
  const messages = new Counter({
    name: 'ehr_messages_total',
    help: 'Messages of EHRs that were stored, by the way they came and what became of them.',
    labelNames: ['way', 'outcome'],
    registers: [registry],
  })
  const refused = new Counter({
    name: 'ehr_posts_refused_total',
    help: 'Posts in the name of an EHR that were refused before they were read.',
    labelNames: ['reason'],
    registers: [registry],
  })
  return {
    registry,
    taken: (way, outcome) => messages.inc({ way, outcome }),
    refused: (reason) => refused.inc({ reason }),
  }
}
