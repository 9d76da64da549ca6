import type { CodeSystem } from '../../careEvent.ts'
import { parseCodePattern } from '../../codes.ts'
import { codeSystemOf } from '../codeSystem.ts'
import type { InboundCode, RecordReference } from '../normalForm.ts'
import type { Segment } from './segment.ts'

/** A coded field (CWE) as a practice resource: known by `system|code`, called by its text. */
export function codedReference(segment: Segment, field: number): RecordReference | null {
  const [code, text, system] = [1, 2, 3].map((component) => segment.text(field, component))
  const id = code ?? text
  if (id === null || id === undefined) return null
  const isLocal = system === null || system === undefined || /^(L|LOCAL|99[A-Z0-9]{0,3})$/i.test(system)
  return { externalId: isLocal ? id : `${system}|${id}`, identifier: null, display: text ?? code ?? null }
}

const icd10Began = '2015-10-01'

/**
 * The code of a field, its alternate included, as long as it is one of the wanted systems. Feeds put the system where
 * they like: into its component, in front of the code, into the segment's coding method (`method`), or nowhere. Without
 * any, the shape decides, and between ICD-9 and ICD-10 the day (the United States changed on 1 October 2015): `wanted` names the newer first.
 */
export function readCode(
  segment: Segment,
  field: number,
  options: { wanted: readonly CodeSystem[]; method?: string | null; day?: string | null; text?: string | null },
): InboundCode | null {
  const { wanted, method = null, day = null } = options
  let unknown = false
  for (const first of [1, 4]) {
    const parts = [first, first + 1, first + 2].map((component) => segment.text(field, component))
    const named = parts.map((part) => (part === null || part === undefined ? null : codeSystemOf(part)))
    const system = named.find((each) => each !== null) ?? null
    const at = named.findIndex((each) => each !== null)
    const rest = parts.filter((part, n): part is string => n !== at && part !== null && part !== undefined)
    const foreign = system === null && parts[2] !== null && parts[2] !== undefined
    const systems = system !== null ? [system] : foreign ? [] : methodSystems(method, wanted, day)
    for (const candidate of systems.filter((each) => wanted.includes(each)))
      for (const code of rest) {
        const pattern = parseCodePattern({ system: candidate, code })
        if (typeof pattern === 'string' || pattern.kind !== 'exact') continue
        const name = rest.find((part) => part !== code) ?? options.text ?? null
        return { system: candidate, code: code.toUpperCase(), name }
      }
    unknown ||= parts.some((part) => part !== null && part !== undefined)
  }
  if (unknown)
    segment.warn(
      field,
      'unknownCode',
      `has no code of ${wanted.map((system) => system.toUpperCase()).join(' or ')}: only actions for any code match`,
    )
  return null
}

function methodSystems(
  method: string | null,
  wanted: readonly CodeSystem[],
  day: string | null,
): readonly CodeSystem[] {
  const said = method === null ? null : codeSystemOf(method)
  if (said !== null) return [said]
  const isOld = day !== null && day < icd10Began
  return isOld ? wanted.toReversed() : wanted
}
