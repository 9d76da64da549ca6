import { codeNames } from '../../db/codeNames.ts'
import { typeTraits } from '../../domain/action.ts'
import type { Code, CodeSystem } from '../../domain/careEvent.ts'
import { nameOfCode } from '../../domain/codeNames.ts'
import { codeSystemWords, kindWords } from '../words/types.ts'
import type { ActionForm } from './form.ts'

const systemWords: Record<CodeSystem, { label: string; like: string }> = {
  cpt: { label: codeSystemWords.cpt, like: '99213, 992* or 99201-99215' },
  icd9: { label: codeSystemWords.icd9, like: '250.00, 250.* or 250-259' },
  icd10: { label: codeSystemWords.icd10, like: 'E11.9, E11.* or E08-E13' },
}

/** By "system code": the names that the public lists have; CPT's are licensed. */
export type CodeNames = ReadonlyMap<string, string>

export async function namesOfCodes(codes: readonly Code[]): Promise<CodeNames> {
  const names = new Map<string, string>()
  for (const { system, code } of codes) {
    const name = nameOfCode(await codeNames(system), system, code)
    if (name !== null) names.set(`${system} ${code}`, name)
  }
  return names
}

/** The code filter: what is chosen, and how more is entered; null for types that have none. */
export function codesModel(
  { type, codes }: ActionForm,
  errors: Readonly<Record<string, string>>,
  names: CodeNames = new Map(),
) {
  const { codeSystems, careEventKind, filters } = typeTraits[type]
  if (!filters.includes('codes')) return null
  const kind = kindWords[careEventKind].toLowerCase()
  const wrong = Object.keys(errors).find((path) => path.startsWith('filters.codes'))
  return {
    any: `Any ${kind}`,
    mode: codes.mode,
    chosen: codes.codes.map(({ system, code }) => ({
      value: `${system} ${code}`,
      system: systemWords[system].label,
      code,
      name: names.get(`${system} ${code}`) ?? null,
    })),
    systems: [...codeSystems]
      .reverse()
      .map((value) => ({ value, ...systemWords[value], chosen: value === codes.system })),
    typed: codes.typed,
    like: [...codeSystems].reverse().map((system) => `${systemWords[system].label}: ${systemWords[system].like}`),
    error: wrong === undefined ? null : errors[wrong],
  }
}
