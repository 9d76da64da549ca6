import type { CodeSystem } from '../../careEvent.ts'
import { parseCodePattern } from '../../codes.ts'
import { codeSystemOf } from '../codeSystem.ts'
import type { InboundCode, RecordReference } from '../normalForm.ts'
import type { Element } from './element.ts'

/** The codes of a CodeableConcept, in capitals. */
export function codesOf(concept: Element): string[] {
  return concept
    .list('coding')
    .map((coding) => coding.text('code', 200)?.toUpperCase())
    .filter((code) => code !== undefined)
}

/** A concept as a practice resource: known by `system|code`, else by its text; called by its text, else its display. */
export function conceptReference(concept: Element): RecordReference | null {
  const text = concept.text('text', 200)
  for (const coding of concept.list('coding')) {
    const code = coding.text('code', 200)
    if (code === null) continue
    const system = coding.text('system', 200)
    const display = text ?? coding.text('display', 200) ?? code
    return { externalId: system === null ? code : `${system}|${code}`, identifier: null, display }
  }
  const name = text ?? concept.list('coding')[0]?.text('display', 200) ?? null
  return name === null ? null : { externalId: name, identifier: null, display: name }
}

/** Whether a concept is one of those listed as `system|code` or bare code. */
export function isListed(concept: Element, listed: readonly string[]): boolean {
  return concept.list('coding').some((coding) => {
    const [system, code] = [coding.text('system', 200), coding.text('code', 200)]
    return code !== null && (listed.includes(code) || listed.includes(`${system}|${code}`))
  })
}

/**
 * The codes of the wanted systems, as they are written and each once (the database keeps beside them what is compared).
 * One that can't be a code of its system is left out with a warning; a concept without any says so once, since only
 * actions for any code will match.
 */
export function readCodes(concept: Element, wanted: readonly CodeSystem[]): InboundCode[] {
  const codes = new Map<string, InboundCode>()
  for (const coding of concept.list('coding')) {
    const name = coding.text('system', 200)
    const system = name === null ? null : codeSystemOf(name)
    const given = coding.text('code', 40)
    if (system === null || given === null || !wanted.includes(system)) continue
    const pattern = parseCodePattern({ system, code: given })
    if (typeof pattern === 'string' || pattern.kind !== 'exact') {
      coding.at('code').warn('unknownCode', `is not a code of ${system.toUpperCase()}, and is left out`)
      continue
    }
    const key = `${system}/${pattern.code}`
    const display = coding.text('display', 300) ?? concept.text('text', 300)
    if (!codes.has(key)) codes.set(key, { system, code: given.toUpperCase(), name: display })
  }
  if (codes.size === 0)
    concept.warn(
      'unknownCode',
      `has no code of ${wanted.map((system) => system.toUpperCase()).join(' or ')}: only actions for any code match`,
    )
  return [...codes.values()]
}
