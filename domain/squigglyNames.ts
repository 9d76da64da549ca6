import { ForTag, type StaticAnalysis, type Template, type Variable } from 'liquidjs'
import type { ActionType } from './action.ts'
import { allSquigglies, type Squiggly, squiggliesFor } from './squigglies.ts'
import { suggest } from './suggest.ts'
import type { TemplateProblem, TemplateProblemCode } from './templateProblem.ts'
import { walk } from './templateWalk.ts'

interface Options {
  type: ActionType
  secure: boolean
  recipientKind: 'patient' | 'staff'
}

const roots = new Set(allSquigglies.map(({ name }) => name.split('.')[0] ?? name))
/** What may follow a name of one's own: an appointment out of `appointments`, or a list's properties. */
const localFields = new Set([
  ...allSquigglies.filter(({ name }) => name.startsWith('appointment.')).map(({ name }) => name.slice(12)),
  ...['size', 'first', 'last'],
])
const loopFields = new Set(['first', 'last', 'index', 'index0', 'rindex', 'rindex0', 'length', 'name'])

/** Checks each name that a template uses, at its place, against the catalogue and against who reads the message. */
export function checkNames(
  templates: readonly Template[],
  analysis: StaticAnalysis,
  options: Options,
): { problems: TemplateProblem[]; variables: string[] } {
  const known = squiggliesFor(options.type).filter(({ recipients }) => recipients.includes(options.recipientKind))
  const problems: TemplateProblem[] = []
  const used = new Set<string>()
  const globals = new Set(Object.values(analysis.globals).flat())
  for (const variable of Object.values(analysis.variables).flat()) {
    const found =
      globals.has(variable) || typeof variable.segments[0] !== 'string'
        ? checkSquiggly(variable, known, options)
        : checkLocal(variable)
    if (typeof found === 'string') used.add(found)
    else if (found) problems.push(found)
  }
  return { problems: [...problems, ...reserved(templates, analysis)], variables: [...used].sort() }
}

function problem(variable: Variable, code: TemplateProblemCode, message: string, suggestion?: string): TemplateProblem {
  const { row: line, col: column } = variable.location
  return { code, message, line, column, ...(suggestion !== undefined && { suggestion }) }
}

/** The squiggly's name when it may be used, else what is wrong. */
function checkSquiggly(variable: Variable, known: readonly Squiggly[], options: Options): string | TemplateProblem {
  const path = variable.segments.map(String).join('.')
  if (variable.segments[0] === 'appointments' && known.some(({ name }) => name === 'appointments'))
    return checkListed(variable) ?? 'appointments'
  const squiggly = known.find(({ name }) => name === path)
  if (squiggly && variable.segments.every((segment) => typeof segment === 'string')) {
    if (!squiggly.secureOnly || options.secure) return path
    return problem(variable, 'secureOnly', `'${path}' is health information: it may only be in a secure message`)
  }
  const elsewhere = allSquigglies.find(({ name }) => name === path)
  if (elsewhere && !elsewhere.types.includes(options.type))
    return problem(variable, 'otherType', `'${path}' belongs to actions of type ${elsewhere.types.join(', ')}`)
  if (elsewhere?.recipients.includes('staff'))
    return problem(variable, 'staffOnly', `'${path}' may only be in a message to staff`)
  if (elsewhere && options.recipientKind === 'staff')
    return problem(variable, 'patientOnly', `'${path}' is the patient's own: it may only be in a message to patients`)
  if (variable.segments.length === 1 && roots.has(path)) {
    const first = known.find(({ name }) => name.startsWith(`${path}.`))?.name
    const message = `'${path}' is no value of its own${first ? `; name one of its values, such as '${first}'` : ''}`
    return problem(variable, 'wholeObject', message, first)
  }
  const meant = suggest(
    path,
    known.map(({ name }) => name),
  )
  return problem(variable, 'unknownSquiggly', `there is no squiggly '${path}'${hint(path, meant, known)}`, meant)
}

function hint(path: string, meant: string | undefined, known: readonly Squiggly[]): string {
  if (meant) return `; did you mean '${meant}'?`
  const [root = ''] = path.split('.')
  const fields = known.filter(({ name }) => name.startsWith(`${root}.`)).map(({ name }) => name.slice(root.length + 1))
  return fields.length > 0 ? `; '${root}' has ${fields.join(', ')}` : ''
}

/** `appointments`, `appointments.size`, `appointments[0].start`. */
function checkListed(variable: Variable): TemplateProblem | undefined {
  const [, ...rest] = variable.segments
  return rest.every((segment) => typeof segment !== 'string' || localFields.has(segment))
    ? undefined
    : unknownField(variable)
}

function checkLocal(variable: Variable): TemplateProblem | undefined {
  const [root, ...rest] = variable.segments
  const fields = root === 'forloop' ? loopFields : localFields
  return rest.every((segment) => typeof segment !== 'string' || fields.has(segment))
    ? undefined
    : unknownField(variable)
}

function unknownField(variable: Variable): TemplateProblem {
  const path = variable.segments.map(String).join('.')
  const field = String(variable.segments.at(-1))
  const meant = suggest(field, [...localFields])
  return problem(
    variable,
    'unknownSquiggly',
    `there is no '${field}' in '${path}'${meant ? `; did you mean '${meant}'?` : ''}`,
    meant,
  )
}

/** A name of one's own like `patient` could hide the squiggly in one branch and not in another. */
function reserved(templates: readonly Template[], analysis: StaticAnalysis): TemplateProblem[] {
  const message = (name: string): string =>
    `'${name}' is the name of squigglies; choose another name for your own value`
  const assigned = Object.values(analysis.locals)
    .flat()
    .filter(({ segments: [name] }) => roots.has(String(name)))
    .map((local) => problem(local, 'reservedName', message(String(local.segments[0]))))
  const loops = [...walk(templates)].flatMap((template) => {
    if (!(template instanceof ForTag) || !roots.has(template.variable)) return []
    const [line = 1, column = 1] = template.token.getPosition()
    return [{ code: 'reservedName' as const, message: message(template.variable), line, column }]
  })
  return [...assigned, ...loops]
}
