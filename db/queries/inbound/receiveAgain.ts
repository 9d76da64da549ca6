import type { Instant } from '../../../domain/instant.ts'
import { Problem } from '../../../domain/problem.ts'
import type { RawMessage } from './message.ts'
import type { ReceiveDeps, Received } from './receive.ts'
import { receiveFhir } from './receiveFhir.ts'
import { receiveHl7 } from './receiveHl7.ts'
import type { InboundSource } from './source.ts'

/** Takes a stored message once more, after what kept it out was mended: as if it came now, by the order of its source. */
export async function receiveAgain(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
): Promise<Received> {
  if (source.kind === 'fhir') return receiveFhir(deps, source, raw, now)
  // The messages of a batch are stored one by one.
  const [one] = source.kind === 'hl7v2' ? await receiveHl7(deps, source, raw.body, now, raw.again) : []
  if (one === undefined) throw new Problem('conflict', 'Files are read again by uploading them.')
  return one.received
}
