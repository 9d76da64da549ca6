import { analyzeSync, type Template } from 'liquidjs'
import type { ActionType } from './action.ts'
import { cancelInvitation } from './cancelInvitation.ts'
import { checkEngine, filterNames, TEMPLATE_LENGTH } from './liquidEngine.ts'
import { renderMessage } from './render.ts'
import { exampleContext, exampleZone } from './renderExample.ts'
import { checkNames } from './squigglyNames.ts'
import { suggest } from './suggest.ts'
import { type Place, placeAt, placeOf, type TemplateProblem, withoutPlace } from './templateProblem.ts'
import { strayToken, values } from './templateWalk.ts'

export interface CheckOptions {
  type: ActionType
  /** The text is the content of a secure message, so PHI may be in it. */
  secure: boolean
  recipientKind: 'patient' | 'staff'
}

export interface TemplateCheck {
  problems: TemplateProblem[]
  /** The squigglies used, sorted. */
  variables: string[]
}

/**
 * Everything that is wrong with a message's text, at its line and column, so that it is refused on save (Rendering).
 * A text that passes is also rendered once with the catalogue's examples, which finds what never ends.
 */
export function checkTemplate(template: string, options: CheckOptions): TemplateCheck {
  if (template.length > TEMPLATE_LENGTH) {
    const message = `the text has ${template.length} characters; at most ${TEMPLATE_LENGTH} are allowed`
    return { problems: [{ code: 'tooLong', message, line: 1, column: 1 }], variables: [] }
  }
  let templates: Template[]
  try {
    templates = checkEngine.parse(template)
  } catch (error) {
    return { problems: [syntaxProblem(error)], variables: [] }
  }
  const names = checkNames(templates, analyzeSync(templates, { partials: false }), options)
  const problems = [...names.problems, ...unknownFilters(templates), ...strays(templates), ...invitations(template)]
  if (problems.length === 0) problems.push(...trial(template, options))
  problems.sort((a, b) => a.line - b.line || a.column - b.column)
  return { problems, variables: names.variables }
}

function syntaxProblem(error: unknown): TemplateProblem {
  return { code: 'syntax', message: withoutPlace(error), ...placeOf(error) }
}

function unknownFilters(templates: readonly Template[]): TemplateProblem[] {
  return [...values(templates)].flatMap(({ filters }) =>
    filters
      .filter(({ name }) => !filterNames.includes(name))
      .map((filter): TemplateProblem => {
        const [line, column] = filter['token'].getPosition()
        const meant = suggest(filter.name, filterNames)
        const message = `there is no filter '${filter.name}'${meant ? `; did you mean '${meant}'?` : ''}`
        return { code: 'unknownFilter', message, line, column, ...(meant && { suggestion: meant }) }
      }),
  )
}

function strays(templates: readonly Template[]): TemplateProblem[] {
  return [...values(templates)].flatMap((value): TemplateProblem[] => {
    const stray = strayToken(value)
    if (!stray) return []
    const [line = 1, column = 1] = stray.getPosition()
    return [
      {
        code: 'syntax',
        message: `'${stray.getText()}' stands beside another value; give it braces of its own`,
        line,
        column,
      },
    ]
  })
}

const INVITED =
  'the reply CANCEL opts the patient out of all messages, so a text may not ask for it; ask for X or 2 instead'

function invitations(template: string): TemplateProblem[] {
  const index = cancelInvitation(template)
  return index < 0 ? [] : [{ code: 'cancelInvited', message: INVITED, ...placeAt(template, index) }]
}

/** Renders with the examples: what works too hard, or fails on values of the right kind, is refused now. */
function trial(template: string, { type }: CheckOptions): TemplateProblem[] {
  const rendered = renderMessage(template, exampleContext(type), { zone: exampleZone, language: 'en', secure: true })
  const top: Place = { line: 1, column: 1 }
  if (rendered.ok)
    return cancelInvitation(rendered.text) < 0 ? [] : [{ code: 'cancelInvited', message: INVITED, ...top }]
  if (rendered.reason === 'missingValue') {
    const message = `'${rendered.detail}' has no value even when every squiggly has one`
    return [{ code: 'unknownSquiggly', message, ...top }]
  }
  const limit = rendered.detail.includes('limit exceeded')
  const place = placeOf(rendered.detail)
  const said = withoutPlace(rendered.detail)
  const message = limit ? `the text does too much work or never ends (${said})` : said
  return [{ code: limit ? 'tooMuchWork' : 'doesNotRender', message, ...place }]
}
