import { type ActionDefinition, type Filters, typeTraits } from './action.ts'
import { isRecordedAnchor } from './anchor.ts'
import { parseCodePattern } from './codes.ts'

export { withDefaults } from './definitionDefaults.ts'

export interface DefinitionProblem {
  /** e.g. `timing.anchor` or `filters.codes.0.code` */
  path: string
  message: string
}

/** What a definition is checked against. A list of ids that is left out is not checked. */
export interface DefinitionSurroundings {
  isAdmin: boolean
  known?: {
    facilityIds?: ReadonlySet<string>
    providerIds?: ReadonlySet<string>
    appointmentTypeIds?: ReadonlySet<string>
    staffIds?: ReadonlySet<string>
    groupIds?: ReadonlySet<string>
    templateIds?: ReadonlySet<string>
  }
}

/** What a definition's own schema cannot say: what belongs to its type, what goes together, which ids exist. */
export function definitionProblems(
  definition: ActionDefinition,
  surroundings: DefinitionSurroundings = { isAdmin: false },
): DefinitionProblem[] {
  return [
    ...timingProblems(definition),
    ...filterProblems(definition),
    ...recipientProblems(definition),
    ...messageProblems(definition, surroundings.isAdmin),
    ...unknownIds(definition, surroundings.known ?? {}),
  ]
}

function timingProblems({ type, timing, sameDay }: ActionDefinition): DefinitionProblem[] {
  const traits = typeTraits[type]
  const problems: DefinitionProblem[] = []
  if (!traits.anchors.includes(timing.anchor))
    problems.push(
      problem('timing.anchor', `'${timing.anchor}' is no anchor of ${type} actions: use ${or(traits.anchors)}`),
    )
  if (sameDay === 'list' && traits.careEventKind !== 'appointment')
    problems.push(problem('sameDay', `a list names the appointments of a day: ${type} actions take each or first`))
  if (!traits.directions.includes(timing.direction))
    problems.push(problem('timing.direction', `${type} actions are only sent ${or(traits.directions)} their date`))
  else if (isRecordedAnchor(timing.anchor) && timing.direction === 'before')
    problems.push(
      problem('timing.direction', `nothing can be sent before an appointment is ${timing.anchor}: use after`),
    )
  else if (
    timing.direction === 'before' &&
    timing.anchor === 'start' &&
    timing.offset === 0 &&
    timing.timeOfDay === null
  )
    problems.push(
      problem(
        'timing.offset',
        '0 before the appointment is when it begins, which is too late: use at least 1, or a timeOfDay',
      ),
    )
  return problems
}

const filterNames = ['facilityIds', 'providerIds', 'appointmentTypeIds', 'statuses', 'confirmation', 'codes'] as const

function filterProblems({ type, filters }: ActionDefinition): DefinitionProblem[] {
  const traits = typeTraits[type]
  const problems: DefinitionProblem[] = []
  for (const name of filterNames)
    if (filters[name] !== null && !traits.filters.includes(name))
      problems.push(
        problem(`filters.${name}`, `${type} actions have no such filter: they filter by ${or(traits.filters)}`),
      )
  if (traits.filters.includes('statuses'))
    filters.statuses?.forEach((status, n) => {
      if (!traits.statuses.includes(status))
        problems.push(problem(`filters.statuses.${n}`, `'${status}' is not a status: use ${or(traits.statuses)}`))
    })
  if (traits.filters.includes('codes'))
    filters.codes?.forEach((code, n) => {
      if (!traits.codeSystems.includes(code.system)) {
        problems.push(
          problem(`filters.codes.${n}.system`, `${type} actions filter by codes of ${or(traits.codeSystems)}`),
        )
        return
      }
      const pattern = parseCodePattern(code)
      if (typeof pattern === 'string') problems.push(problem(`filters.codes.${n}.code`, pattern))
    })
  return problems
}

function recipientProblems({ type, recipients }: ActionDefinition): DefinitionProblem[] {
  if (!typeTraits[type].recipients.includes(recipients.kind))
    return [problem('recipients.kind', `${type} actions go to the patient only`)]
  const isEmpty =
    recipients.kind === 'staff' &&
    recipients.staffIds.length === 0 &&
    recipients.roles.length === 0 &&
    !recipients.careEventProviders
  return isEmpty
    ? [problem('recipients', "name staff, a role, or the care event's providers: else nobody gets it")]
    : []
}

function messageProblems(definition: ActionDefinition, isAdmin: boolean): DefinitionProblem[] {
  const { type, message, templateId, channels } = definition
  const traits = typeTraits[type]
  const problems: DefinitionProblem[] = []
  if (traits.usesTemplate) {
    if (templateId === null)
      problems.push(problem('templateId', 'an extra reminder sends a message template: name one'))
    if (message !== null)
      problems.push(problem('message', 'an extra reminder has the text of its template: leave it out'))
  } else {
    if (message === null) problems.push(problem('message', 'a message is needed'))
    if (templateId !== null)
      problems.push(problem('templateId', `${type} actions have a message of their own: leave it out`))
  }
  if (message?.containsPhi && channels.secure === false)
    problems.push(
      problem('channels.secure', 'a message that contains PHI is sent as a secure message: leave it null or true'),
    )
  if (message) problems.push(...phiProblems(type, message, isAdmin))
  const { override } = channels
  if (override && new Set(override).size < override.length)
    problems.push(problem('channels.override', 'name each channel once, in the order in which they are tried'))
  return problems
}

/** Clearing "contains PHI" of a procedure's or diagnosis's message asks an admin for a reason, which is kept (PHI). */
function phiProblems(
  type: ActionDefinition['type'],
  { containsPhi, phiReason }: NonNullable<ActionDefinition['message']>,
  isAdmin: boolean,
): DefinitionProblem[] {
  const isCleared = !containsPhi && typeTraits[type].containsPhiByDefault
  if (isCleared && !isAdmin)
    return [problem('message.containsPhi', `messages about a ${type} contain PHI: only an admin may say otherwise`)]
  if (isCleared && !phiReason)
    return [problem('message.phiReason', `say why this message about a ${type} contains no PHI: the reason is kept`)]
  if (!isCleared && phiReason)
    return [
      problem('message.phiReason', 'a reason goes with a procedure or diagnosis that contains no PHI: leave it out'),
    ]
  return []
}

function unknownIds(
  definition: ActionDefinition,
  known: NonNullable<DefinitionSurroundings['known']>,
): DefinitionProblem[] {
  const problems: DefinitionProblem[] = []
  const check = (path: string, ids: readonly string[] | null, set: ReadonlySet<string> | undefined, what: string) =>
    ids?.forEach((id, n) => {
      if (set && !set.has(id)) problems.push(problem(`${path}.${n}`, `there is no ${what} with this id`))
    })
  const filters: Filters = definition.filters
  check('filters.facilityIds', filters.facilityIds, known.facilityIds, 'facility')
  check('filters.providerIds', filters.providerIds, known.providerIds, 'provider')
  check('filters.appointmentTypeIds', filters.appointmentTypeIds, known.appointmentTypeIds, 'appointment type')
  if (definition.recipients.kind === 'staff')
    check('recipients.staffIds', definition.recipients.staffIds, known.staffIds, 'staff member')
  const single = (path: string, id: string | null, set: ReadonlySet<string> | undefined, what: string) => {
    if (id !== null && set && !set.has(id)) problems.push(problem(path, `there is no ${what} with this id`))
  }
  single('groupId', definition.groupId, known.groupIds, 'group')
  single('templateId', definition.templateId, known.templateIds, 'message template')
  return problems
}

function problem(path: string, message: string): DefinitionProblem {
  return { path, message }
}

function or(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}` : (words[0] ?? 'nothing')
}
