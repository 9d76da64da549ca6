import type { InboundSource } from '../db/queries/inbound/source.ts'
import type { Puller } from './puller.ts'
import { pullFhir } from './pullFhir.ts'
import { pullSftp } from './pullSftp.ts'

/** How each kind of source is fetched from; null: it only sends. */
export const pullers: Record<InboundSource['kind'], Puller | null> = {
  fhir: pullFhir,
  csv: pullSftp,
  hl7v2: null,
}
