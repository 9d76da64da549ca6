import { type ActionDefinition, typeTraits } from '../../domain/action.ts'
import type { AnchorName, Code } from '../../domain/careEvent.ts'
import { parseCodePattern } from '../../domain/codes.ts'
import type { OrganizationFacts } from '../../domain/facts.ts'
import { defaultStatuses } from '../../domain/filter.ts'
import type { ResourceKind } from '../../domain/organization.ts'
import type { PracticeSwitches } from './practiceSwitches.ts'

/** Adds a parameter to a statement and answers with its placeholder. */
export type Param = (value: unknown, type?: string) => string

/** The parameters of one statement, in the order in which its text asks for them. */
export function parameters(): { values: unknown[]; param: Param } {
  const values: unknown[] = []
  return { values, param: (value, type) => `$${values.push(value)}${type === undefined ? '' : `::${type}`}` }
}

/**
 * `matches()` as a condition on `care_event c` (Who matches): what selects many care events at once. What an organization
 * switches off as a whole (pause, the action's type) and whether the action is active is not asked: the caller knows.
 * A property test holds the two to the same answer.
 */
export function matchSql(
  definition: ActionDefinition,
  { enabledResourceKinds }: Pick<OrganizationFacts, 'enabledResourceKinds'>,
  switches: PracticeSwitches,
  param: Param,
): string {
  const { filters, timing, type } = definition
  const kind = typeTraits[type].careEventKind
  const isOn = (resource: ResourceKind) => enabledResourceKinds.includes(resource)
  const all = [
    `c.kind = ${param(kind)}`,
    'not c.deleted',
    `c.status = any(${param(filters.statuses ?? defaultStatuses(kind, timing), 'text[]')})`,
    resourceSql('c.facility_id', filters.facilityIds, isOn('facility'), switches.facilities, param),
    resourceSql(
      'c.appointment_type_id',
      filters.appointmentTypeIds,
      isOn('appointmentType'),
      switches.appointmentTypes,
      param,
    ),
    providersSql(filters.providerIds, isOn('provider'), switches.providers, param),
  ]
  if (kind === 'appointment') {
    const asksForCancel = filters.confirmation?.includes('cancelRequested') ?? false
    if (filters.confirmation !== null) all.push(`c.confirmation = any(${param(filters.confirmation, 'text[]')})`)
    else if (timing.direction === 'before' && !asksForCancel) all.push(`c.confirmation <> 'cancelRequested'`)
  }
  if (kind === 'recall') all.push('c.fulfilled_by_id is null')
  if (filters.codes !== null) all.push(codesSql(filters.codes, param))
  return all.join('\n and ')
}

interface Switch {
  id: string
  enabled: boolean
}

/** A facility or appointment type that is there must be on; a filter wants one of its own, an unset value fails it. */
function resourceSql(
  column: string,
  wanted: readonly string[] | null,
  kindOn: boolean,
  known: readonly Switch[],
  param: Param,
): string {
  if (wanted !== null) {
    const on = known.filter(({ id, enabled }) => kindOn && enabled && wanted.includes(id)).map(({ id }) => id)
    return on.length === 0 ? 'false' : `${column} = any(${param(on, 'uuid[]')})`
  }
  if (!kindOn) return `${column} is null`
  const off = known.filter(({ enabled }) => !enabled).map(({ id }) => id)
  return off.length === 0 ? 'true' : `(${column} is null or not (${column} = any(${param(off, 'uuid[]')})))`
}

/** Of several providers one is enough; a filter narrows to its own. What is not known (any more) is no provider. */
function providersSql(
  wanted: readonly string[] | null,
  kindOn: boolean,
  known: readonly Switch[],
  param: Param,
): string {
  const idsOf = (list: readonly Switch[]) =>
    param(
      list.map(({ id }) => id),
      'uuid[]',
    )
  if (wanted !== null) {
    const on = known.filter(({ id, enabled }) => kindOn && enabled && wanted.includes(id))
    return on.length === 0 ? 'false' : `c.provider_ids && ${idsOf(on)}`
  }
  const on = known.filter(({ enabled }) => enabled)
  if (kindOn && on.length === known.length) return 'true'
  const none = `not (c.provider_ids && ${idsOf(known)})`
  return kindOn && on.length > 0 ? `(${none} or c.provider_ids && ${idsOf(on)})` : none
}

/** One of the codes is enough. Normalized codes are digits and capitals, which every collation orders alike. */
function codesSql(codes: readonly Code[], param: Param): string {
  const patterns = codes.map((code) => patternSql(code, param)).join(' or ')
  return `exists (select 1 from care_event_code k
    where k.organization_id = c.organization_id and k.care_event_id = c.id and (${patterns}))`
}

function patternSql(wanted: Code, param: Param): string {
  const pattern = parseCodePattern(wanted)
  if (typeof pattern === 'string') return 'false'
  const ofSystem = `k.system = ${param(wanted.system)}`
  if (pattern.kind === 'exact') return `(${ofSystem} and k.normalized = ${param(pattern.code)})`
  if (pattern.kind === 'prefix') return `(${ofSystem} and starts_with(k.normalized, ${param(pattern.code)}))`
  const from = `k.normalized >= ${param(pattern.from)}`
  const to = `left(k.normalized, ${pattern.to.length}) <= ${param(pattern.to)}`
  // The last letter of a CPT code is its series (`codeMatches`).
  const letter = /[A-Z]$/.exec(pattern.from)?.[0]
  const series = letter === undefined ? `k.normalized !~ '[A-Z]$'` : `right(k.normalized, 1) = ${param(letter)}`
  return `(${ofSystem} and ${from} and ${to}${wanted.system === 'cpt' ? ` and ${series}` : ''})`
}

/** The columns of an anchor: an instant, and for some a day without a time; of the two at most one is set. */
export const anchorColumns: Record<AnchorName, { at: string; day: string | null }> = {
  start: { at: 'c.start_at', day: null },
  created: { at: 'c.created_at_source', day: null },
  updated: { at: 'c.updated_anchor_at', day: null },
  dueDate: { at: 'c.due_at', day: 'c.due_date' },
  procedureDate: { at: 'c.procedure_at', day: 'c.procedure_date' },
  diagnosisDate: { at: 'c.diagnosis_at', day: 'c.diagnosis_date' },
}
