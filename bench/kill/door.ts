import { mllpClient } from './mllpClient.ts'

/** A source of the practice, and the wire on which it sends. */
export interface Door {
  wire: 'FHIR' | 'HL7 over HTTP' | 'HL7 over MLLP'
  sourceId: string
  /** True when it was acknowledged; false when it is to be sent again. @throws when it would never be taken. */
  take(body: string): Promise<boolean>
  close(): void
}

export interface Source {
  id: string
  secret: string
}

const patienceMs = 30_000

export function httpDoor(wire: 'FHIR' | 'HL7 over HTTP', origin: string, { id, secret }: Source): Door {
  const isFhir = wire === 'FHIR'
  const headers = {
    'x-source-id': id,
    authorization: `Bearer ${secret}`,
    'content-type': isFhir ? 'application/fhir+json' : 'x-application/hl7-v2+er7',
  }
  return {
    ...{ wire, sourceId: id },
    async take(body) {
      const url = `${origin}/ehr/${isFhir ? 'fhir' : 'hl7v2'}`
      const signal = AbortSignal.timeout(patienceMs)
      const answer = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => null)
      const text = await answer?.text().catch(() => null)
      if (!answer || typeof text !== 'string') return false
      if (answer.status < 500 && answer.status !== 429 && !answer.ok) throw new Error(`refused: ${text}`)
      return answer.ok && (isFhir || isAccepted(text, body))
    },
    close: () => undefined,
  }
}

/** The secret goes into MSH-8, as MLLP has no headers. */
export function mllpDoor(port: number, { id, secret }: Source): Door {
  const client = mllpClient(port, patienceMs)
  return {
    ...{ wire: 'HL7 over MLLP', sourceId: id },
    async take(body) {
      const signed = body.replace(/^((?:[^|]*\|){7})/, `$1${id}:${secret}`)
      const answer = await client.ask(signed).catch(() => null)
      return answer !== null && isAccepted(answer, body)
    },
    close: () => client.close(),
  }
}

/** AA of this very message; AE is to be sent again. */
function isAccepted(answer: string, body: string): boolean {
  const control = body.split('\r', 1)[0]?.split('|')[9]
  const [, code, of] = /^MSA\|(A[AER])\|([^|\n]*)/m.exec(answer.replaceAll('\r', '\n')) ?? []
  if (code === 'AR') throw new Error(`refused: ${answer}`)
  return code === 'AA' && of === control
}
