import { setImmediate } from 'node:timers/promises'
import type { Received, ReceivedEntry } from '../../db/queries/inbound/receive.ts'
import { information, issueOf, type OperationOutcome, outcomeOfIssues } from './operationOutcome.ts'

export interface Answer {
  status: 200 | 201 | 422
  /** FHIR's JSON. */
  body: Buffer
}

/** So many entries are written at once: a few milliseconds of the event loop. */
const atOnce = 200

const sentences = {
  created: 'stored as new',
  updated: 'stored',
  unchanged: 'known already: nothing changed',
  ignored: 'by the settings of this source nothing that is kept here: not stored',
  older: 'older than what is stored: nothing changed',
} as const

/** What the sender is told (FHIR R4): an OperationOutcome for a resource, a response Bundle for a Bundle. */
export async function answerOf(received: Received): Promise<Answer> {
  if (received.outcome === 'quarantined') return { status: 422, body: json(refused(received)) }
  const [first] = received.entries
  if (received.bundleType === null && first) return { status: statusOf(first), body: json(outcomeOf(first)) }
  if (received.entries.length === 0) return { status: 200, body: json(heard(received)) }
  const type = received.bundleType === 'transaction' ? 'transaction-response' : 'batch-response'
  const parts = [Buffer.from(`{"resourceType":"Bundle","type":"${type}","entry":[`)]
  for (let from = 0; from < received.entries.length; from += atOnce) {
    const entries = received.entries.slice(from, from + atOnce).map((each) => ({
      response: { status: statusLine[statusOf(each)], outcome: outcomeOf(each) },
    }))
    parts.push(Buffer.from(`${from === 0 ? '' : ','}${JSON.stringify(entries).slice(1, -1)}`))
    if (received.entries.length > atOnce) await setImmediate()
  }
  return { status: 200, body: Buffer.concat([...parts, Buffer.from(']}')]) }
}

function json(body: object): Buffer {
  return Buffer.from(JSON.stringify(body))
}

/** Nothing in it is to be stored: a heartbeat, or a hook that says only that something changed. */
function heard({ reasons }: Received): OperationOutcome {
  return outcomeOfIssues([information('The message was received'), ...reasons.map(issueOf)])
}

const statusLine = { 200: '200 OK', 201: '201 Created', 422: '422 Unprocessable Entity' } as const

function statusOf({ outcome }: ReceivedEntry): 200 | 201 | 422 {
  if (outcome === null) return 422
  return outcome === 'created' ? 201 : 200
}

function outcomeOf({ resource, outcome, reasons }: ReceivedEntry): OperationOutcome {
  const issues = reasons.map(issueOf)
  if (outcome === null) return outcomeOfIssues(issues)
  return outcomeOfIssues([information(`${resource}: ${sentences[outcome]}`), ...issues])
}

/** Nothing was taken: everything that was wrong, in the order of the message. */
function refused({ bundleType, reasons, entries }: Received): OperationOutcome {
  const issues = [...reasons, ...entries.flatMap((entry) => entry.reasons)].map(issueOf)
  if (bundleType === 'transaction')
    issues.push(information('A transaction is taken as a whole or not at all: nothing of it was stored'))
  return outcomeOfIssues(issues)
}
