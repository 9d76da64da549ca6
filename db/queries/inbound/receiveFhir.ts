import type { FhirContext } from '../../../domain/inbound/fhir/context.ts'
import { readFhirBytes } from '../../../domain/inbound/fhirBytes.ts'
import type { SourceSettings } from '../../../domain/inbound/sourceSettings.ts'
import type { WireMessage } from '../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../domain/instant.ts'
import { receiveLarge } from './large/receiveLarge.ts'
import type { RawMessage } from './message.ts'
import { type ReceiveDeps, type Received, receive, smallBytes } from './receive.ts'
import type { InboundSource } from './source.ts'

/** What is larger is read beside the event loop: reading it there takes some ten milliseconds. */
const largeBytes = 256 * 1024

/** Takes one FHIR message of a source, as `receive` does; a large Bundle that need not be stored at once in slices. */
export function receiveFhir(
  deps: ReceiveDeps,
  source: InboundSource,
  raw: RawMessage,
  now: Instant,
): Promise<Received> {
  // Read as of its arrival, also when it is taken again: a deletion without a moment of its own happened then.
  const arrived = raw.again?.receivedAt ?? now
  const context: FhirContext = { now: arrived, region: source.settings.phoneCountry, settings: source.settings }
  if (raw.body.length > largeBytes) return receiveLarge(deps, source, raw, now, context)
  const isEmpty = raw.body.length === 0 && raw.contentType === ''
  const message = isEmpty ? nothingSaid(source.settings) : readFhirBytes(raw.body, context)
  const isOne = message.bundleType === null && message.unnamedChange === undefined && raw.again === undefined
  const take = isOne && raw.body.length <= smallBytes ? (deps.together ?? receive) : receive
  return take(deps, source, raw, now, () => message)
}

/** The classic hook without a payload, nor a word of what it would be: something changed, nobody says what. */
function nothingSaid({ pull }: SourceSettings): WireMessage {
  const what = pull === null ? 'give the subscription the payload application/fhir+json' : 'what changed is fetched'
  const message = `says that something changed and not what: ${what}`
  return {
    bundleType: null,
    entries: [],
    reasons: [{ severity: 'warning', code: 'missing', path: '$this', message }],
    unnamedChange: true,
  }
}
