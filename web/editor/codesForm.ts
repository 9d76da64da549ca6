import { type ActionType, typeTraits } from '../../domain/action.ts'
import type { Code, CodeSystem } from '../../domain/careEvent.ts'
import { parseCodePattern } from '../../domain/codes.ts'
import type { FieldError } from '../../domain/problem.ts'
import { type FormData, many, one } from '../formData.ts'

/** The code filter as the form has it. What is being typed becomes one of the codes once it has the shape of one. */
export interface CodesForm {
  mode: 'any' | 'only'
  codes: Code[]
  system: string
  typed: string
}

export const emptyCodes: CodesForm = { mode: 'any', codes: [], system: '', typed: '' }

const codeValue = ({ system, code }: Code) => `${system} ${code}`

/** Fields: `codesMode`, `codes` ("icd10 E11.*", once each), and what is to be added: `codeSystem`, `codeTyped`. */
export function readCodes(form: FormData, type: ActionType): CodesForm {
  const systems = typeTraits[type].codeSystems
  const known = (name: string): CodeSystem | undefined => systems.find((each) => each === name)
  const chosen = many(form, 'codes').flatMap((value): Code[] => {
    const [name = '', code = ''] = value.split(/ (.*)/)
    const system = known(name)
    return system && code !== '' ? [{ system, code }] : []
  })
  const system = known(one(form, 'codeSystem')) ?? systems.at(-1)
  const words = system === undefined ? [] : one(form, 'codeTyped').split(/[,;\n]+/)
  const typed = words.map((word) => word.trim()).filter((word) => word !== '')
  const isCode = (code: string) => system !== undefined && typeof parseCodePattern({ system, code }) !== 'string'
  const added = typed.filter(isCode).map((code): Code => ({ system: system as CodeSystem, code: code.toUpperCase() }))
  const codes = [...new Map([...chosen, ...added].map((code) => [codeValue(code), code])).values()].slice(0, 500)
  return {
    mode: one(form, 'codesMode') === 'only' || added.length > 0 ? 'only' : 'any',
    codes,
    system: system ?? '',
    typed: typed.filter((code) => !isCode(code)).join(', '),
  }
}

/** What was typed and is no code, with what would be one. */
export function codeProblems({ system, typed }: CodesForm): FieldError[] {
  if (typed === '' || system === '') return []
  return typed.split(', ').flatMap((code) => {
    const pattern = parseCodePattern({ system: system as CodeSystem, code })
    return typeof pattern === 'string' ? [{ path: 'filters.codes', message: pattern }] : []
  })
}

export function codeFields({ mode, codes }: CodesForm): { name: string; value: string }[] {
  return [{ name: 'codesMode', value: mode }, ...codes.map((code) => ({ name: 'codes', value: codeValue(code) }))]
}
