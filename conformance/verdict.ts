import type { Format } from './files.ts'

/** What became of one file. */
export interface Verdict {
  outcome: 'accepted' | 'partly' | 'quarantined' | 'refused'
  /** e.g. `Appointment/a-1: stored as new`, or an acknowledgement's code. */
  became: string[]
  /** Everything that was said against it or parts of it. */
  why: string[]
}

interface Outcome {
  issue?: { severity: string; diagnostics?: string; details?: { text?: string } }[]
}

/** Reads the answer to a post. */
export function verdictOf(format: Format, { status, text }: { status: number; text: string }): Verdict {
  return format === 'fhir' ? ofFhir(status, text) : ofHl7(status, text)
}

function ofFhir(status: number, text: string): Verdict {
  const body = JSON.parse(text) as Outcome & { entry?: { response: { status: string; outcome: Outcome } }[] }
  const outcomes = body.entry?.map(({ response }) => response.outcome) ?? [body]
  const issues = outcomes.flatMap((outcome) => outcome.issue ?? [])
  const said = ({ details, diagnostics }: (typeof issues)[number]) => details?.text ?? diagnostics ?? 'no reason given'
  const became = issues.filter(({ severity }) => severity === 'information').map(said)
  const why = issues.filter(({ severity }) => severity !== 'information').map(said)
  const failed = body.entry?.filter(({ response }) => response.status.startsWith('4')).length ?? 0
  if (status >= 300) return { outcome: status === 422 ? 'quarantined' : 'refused', became, why }
  return { outcome: failed > 0 ? 'partly' : 'accepted', became, why }
}

function ofHl7(status: number, text: string): Verdict {
  const lines = text.split('\r')
  const codes = lines.filter((line) => line.startsWith('MSA|')).map((line) => line.split('|')[1] ?? '')
  const errors = lines.filter((line) => line.startsWith('ERR|')).map((line) => line.split('|'))
  const why = errors.map((fields) => `${fields[2]?.replaceAll('^', '-')} ${fields[8]}`)
  const broken = errors.some((fields) => fields[4] === 'E')
  if (status >= 300) return { outcome: 'refused', became: codes, why }
  return { outcome: broken ? 'partly' : 'accepted', became: codes, why }
}
