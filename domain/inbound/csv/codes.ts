import type { CodeSystem } from '../../careEvent.ts'
import { parseCodePattern } from '../../codes.ts'
import type { LocalDate } from '../../instant.ts'
import { codeSystemOf } from '../codeSystem.ts'
import type { InboundCode } from '../normalForm.ts'
import type { Cells } from './cells.ts'

/** The United States changed from ICD-9 to ICD-10 on this day: it decides where neither the row nor the shape does. */
const icd10Began: LocalDate = '2015-10-01'

/**
 * The codes of a cell, apart by blanks, commas, semicolons or bars. The system is the row's, else CPT for procedures and
 * ICD-10 or ICD-9 for diagnoses, by shape and day. Modifiers of CPT codes are left out.
 */
export function readCodes(cells: Cells, kind: 'procedure' | 'diagnosis', day: LocalDate | null): InboundCode[] {
  const text = cells.text('codes', 1_000)
  if (text === null) return []
  const named = cells.text('codeSystem', 100)
  const known = named === null ? null : codeSystemOf(named)
  if (named !== null && known === null) {
    cells.warn('codeSystem', 'unknownCode', 'is no system whose codes are compared: only actions for any code match')
    return []
  }
  const systems = known === null ? systemsOf(kind, day) : [known]
  const name = cells.text('codeName', 500)
  const codes = new Map<string, InboundCode>()
  for (const part of text.split(/[\s,;|]+/).filter(Boolean)) {
    const code = part.toUpperCase()
    const system = systems.find((each) => isCode(each, code))
    if (system !== undefined) codes.set(`${system}|${code}`, { system, code, name: codes.size === 0 ? name : null })
    else if (!(systems.includes('cpt') && code.length <= 2))
      cells.warn(
        'codes',
        'unknownCode',
        `has a code that is none of ${systems.map((each) => each.toUpperCase()).join(' or ')}, and is left out`,
      )
  }
  return [...codes.values()]
}

function systemsOf(kind: 'procedure' | 'diagnosis', day: LocalDate | null): readonly CodeSystem[] {
  if (kind === 'procedure') return ['cpt']
  return day !== null && day < icd10Began ? ['icd9', 'icd10'] : ['icd10', 'icd9']
}

function isCode(system: CodeSystem, code: string): boolean {
  const pattern = parseCodePattern({ system, code })
  return typeof pattern !== 'string' && pattern.kind === 'exact'
}
