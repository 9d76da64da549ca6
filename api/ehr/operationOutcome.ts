import type { InboundReason, InboundReasonCode } from '../../domain/inbound/reason.ts'

/** FHIR's own list of what can be wrong (IssueType). */
const issueTypes: Record<InboundReasonCode, string> = {
  malformed: 'structure',
  unsupportedResource: 'not-supported',
  unsupportedRequest: 'not-supported',
  missing: 'required',
  wrongType: 'structure',
  tooLong: 'too-long',
  invalidDate: 'value',
  invalidInstant: 'value',
  unknownCode: 'code-invalid',
  unknownZone: 'code-invalid',
  invalidContactPoint: 'value',
  unresolvedReference: 'not-found',
  inconsistent: 'business-rule',
}

export interface Issue {
  severity: 'error' | 'warning' | 'information'
  code: string
  details: { text: string }
  expression?: string[]
}
export interface OperationOutcome {
  resourceType: 'OperationOutcome'
  issue: Issue[]
}

export function outcomeOfIssues(issue: Issue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue }
}

/** Where it is wrong is said twice: for programs, and so that the sentence can be read on its own. */
export function issueOf({ severity, code, path, message }: InboundReason): Issue {
  return { severity, code: issueTypes[code], details: { text: `${path} ${message}` }, expression: [path] }
}

export function information(text: string): Issue {
  return { severity: 'information', code: 'informational', details: { text } }
}

/** What a post was refused for before it was read. */
export function refusal(code: string, text: string): OperationOutcome {
  return outcomeOfIssues([{ severity: 'error', code, details: { text } }])
}
