import type { Code, CodeSystem } from './careEvent.ts'

/** A code as it is compared: capitals, no dots or blanks (E11.9 and E119 are one), a CPT code without its modifier. */
export function normalizeCode(system: CodeSystem, code: string): string {
  const bare = code.trim().toUpperCase()
  return system === 'cpt' ? (bare.split(/[-\s]/)[0] as string) : bare.replace(/[.\s]/g, '')
}

/** What a code filter asks for: one code, all that begin alike (`E11.*`), or a range (`99201-99215`). */
export type CodePattern =
  | { kind: 'exact'; code: string }
  | { kind: 'prefix'; code: string }
  | { kind: 'range'; from: string; to: string }

const shapes: Record<CodeSystem, { whole: RegExp; start: RegExp; like: string }> = {
  cpt: { whole: /^\d{4}[0-9A-Z]$/, start: /^\d{1,4}$/, like: '99213, 992* or 99201-99215' },
  icd9: { whole: /^([0-9]{3}|V\d{2}|E\d{3})\d{0,2}$/, start: /^([0-9]|V|E)\d{0,4}$/, like: '250.00, 250.* or 250-259' },
  icd10: {
    // A few categories have two letters (QA0).
    whole: /^[A-Z](\d[0-9A-Z]|[A-Z]\d)[0-9A-Z]{0,4}$/,
    start: /^[A-Z](\d[0-9A-Z]{0,4}|[A-Z](\d[0-9A-Z]{0,3})?)?$/,
    like: 'E11.9, E11.* or E08-E13',
  },
}

/** Reads a filter's code; a string says what is wrong with it and what would be right. */
export function parseCodePattern({ system, code }: Code): CodePattern | string {
  const shape = shapes[system]
  const wrong = `'${code}' is not a code of ${system.toUpperCase()}: write it like ${shape.like}`
  const text = code.trim()
  if (text.endsWith('*')) {
    const start = text.slice(0, -1).trim().toUpperCase().replace(/[.\s]/g, '')
    return shape.start.test(start) ? { kind: 'prefix', code: start } : wrong
  }
  const ends = text.split('-')
  if (ends.length === 2 && (ends[1] as string).trim().length > 2) {
    const [from, to] = ends.map((end) => normalizeCode(system, end)) as [string, string]
    if (!shape.whole.test(from) || !shape.whole.test(to)) return wrong
    if (from > to) return `'${code}' ends before it begins: write ${to}-${from}`
    return { kind: 'range', from, to }
  }
  const exact = normalizeCode(system, text)
  return shape.whole.test(exact) ? { kind: 'exact', code: exact } : wrong
}

const patterns = new WeakMap<Code, CodePattern | string>()

/** Whether a care event's code is one that a filter asks for; systems are never mixed. */
export function codeMatches(wanted: Code, given: Code): boolean {
  if (wanted.system !== given.system) return false
  let pattern = patterns.get(wanted)
  if (pattern === undefined) {
    pattern = parseCodePattern(wanted)
    patterns.set(wanted, pattern)
  }
  if (typeof pattern === 'string') return false
  const code = normalizeCode(given.system, given.code)
  if (pattern.kind === 'exact') return code === pattern.code
  if (pattern.kind === 'prefix') return code.startsWith(pattern.code)
  // The last letter of a CPT code is its series: 0001F to 0015F has no 0007T in it.
  if (given.system === 'cpt' && series(code) !== series(pattern.from)) return false
  return code >= pattern.from && code.slice(0, pattern.to.length) <= pattern.to
}

function series(code: string): string {
  return /[A-Z]$/.exec(code)?.[0] ?? ''
}
