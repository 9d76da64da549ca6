import type { FhirContext } from './fhir/context.ts'
import { parseFhir } from './fhir.ts'
import type { WireMessage } from './wireMessage.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A FHIR message as its bytes came; what is no JSON in UTF-8 has no entries and the reason. */
export function readFhirBytes(body: Uint8Array, context: FhirContext): WireMessage {
  let json: unknown
  try {
    json = JSON.parse(utf8.decode(body))
  } catch {
    const message = 'is no JSON in UTF-8: it has to be one FHIR resource'
    const reasons: WireMessage['reasons'] = [{ severity: 'error', code: 'malformed', path: '$this', message }]
    return { bundleType: null, entries: [], reasons }
  }
  return parseFhir(json, context)
}
