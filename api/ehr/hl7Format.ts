import { newId } from '../../db/newId.ts'
import { hl7ContentType, receiveHl7 } from '../../db/queries/inbound/receiveHl7.ts'
import { acknowledge } from '../../domain/inbound/hl7v2/acknowledgement.ts'
import type { InboundReasonCode } from '../../domain/inbound/reason.ts'
import type { EhrDeps } from './deps.ts'
import type { PostFormat, RefusalStatus } from './postFormat.ts'

const contentType = `${hl7ContentType}; charset=utf-8`

/** What the sender should send again later is AE, all else AR: sending it again is no use (Inbound: ACK). */
const passing: ReadonlySet<RefusalStatus> = new Set([429, 500, 503])

/** `POST /ehr/hl7v2`: one message, or a batch; the answer holds one acknowledgement for each, in their order. */
export function hl7Format({ database, encryption, clock, together }: EhrDeps): PostFormat {
  return {
    kind: 'hl7v2',
    path: '/hl7v2',
    contentTypes: [hl7ContentType, 'application/hl7-v2', 'application/hl7-v2+er7', 'text/plain'],
    maxBodyBytes: 5 * 1024 * 1024,
    async receive(source, { body }, now) {
      const all = await receiveHl7({ database, encryption, ...(together && { together }) }, source, body, now)
      const isRefused = all.every(({ acknowledgement }) => acknowledgement.includes('\rMSA|AR|'))
      return {
        status: isRefused ? 422 : 200,
        contentType,
        answer: Buffer.from(all.map(({ acknowledgement }) => acknowledgement).join('')),
        stored: all.map(({ received }) => received),
      }
    },
    refuse(res, status, message) {
      if (status === 401) res.set('WWW-Authenticate', 'Bearer')
      const code: InboundReasonCode = 'unsupportedRequest'
      const reason = { severity: 'error', code, path: 'MSH', message } as const
      const answer = acknowledge(null, passing.has(status) ? 'AE' : 'AR', newId(), clock(), [reason])
      res.status(status).set({ 'Cache-Control': 'no-store', 'Content-Type': contentType }).send(Buffer.from(answer))
    },
    onlyPost: 'HL7 v2 is only taken here, not served: POST a message or a batch',
  }
}
