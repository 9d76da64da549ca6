import type { Response } from 'express'
import { refusal } from './operationOutcome.ts'
import type { RefusalStatus } from './postFormat.ts'

export const fhirJson = 'application/fhir+json; charset=utf-8'

/** FHIR's word for each status with which a post is refused. */
const issueTypes = {
  400: 'invalid',
  401: 'login',
  405: 'not-supported',
  413: 'too-long',
  415: 'not-supported',
  422: 'structure',
  429: 'throttled',
  500: 'exception',
  503: 'transient',
} as const satisfies Record<RefusalStatus, string>

function sendFhir(res: Response, status: number, body: object): void {
  res
    .status(status)
    .set('Cache-Control', 'no-store')
    .set('Content-Type', fhirJson)
    .send(Buffer.from(JSON.stringify(body)))
}

/** As an OperationOutcome. */
export function refuse(res: Response, status: RefusalStatus, text: string): void {
  if (status === 401) res.set('WWW-Authenticate', 'Bearer')
  sendFhir(res, status, refusal(issueTypes[status], text))
}
