import { receiveFhir } from '../../db/queries/inbound/receiveFhir.ts'
import { answerOf } from './answer.ts'
import type { EhrDeps } from './deps.ts'
import { messageOf, unprovenBySignature } from './fhirRequest.ts'
import type { PostFormat } from './postFormat.ts'
import { fhirJson, refuse } from './refuse.ts'

/** `POST /ehr/fhir` (Inbound: FHIR R4). */
export function fhirFormat({ database, encryption, together }: EhrDeps): PostFormat {
  return {
    kind: 'fhir',
    path: '/fhir',
    contentTypes: ['application/fhir+json', 'application/json', 'application/json+fhir'],
    maxBodyBytes: 25 * 1024 * 1024,
    alsoTaken: [
      { method: 'post', path: '/:type' },
      { method: 'put', path: '/:type/:id' },
      { method: 'delete', path: '/:type/:id' },
    ],
    messageOf,
    unprovenBySignature,
    async receive(source, raw, now) {
      const received = await receiveFhir({ database, encryption, ...(together && { together }) }, source, raw, now)
      const { status, body } = await answerOf(received)
      return { status, contentType: fhirJson, answer: body, stored: [received] }
    },
    refuse,
    onlyPost: 'FHIR is only taken here, not served: POST a resource or a Bundle',
  }
}
