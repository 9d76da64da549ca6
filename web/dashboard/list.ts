import type { ActionGroupView } from '../../db/queries/actionGroups.ts'
import type { ListedCustomAction } from '../../db/queries/customActionList.ts'
import { type ActionType, actionTypes, ruleNames } from '../../domain/action.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { DeliveryRules } from '../../domain/organization.ts'
import type { typeChoices } from '../editor/typeChoices.ts'
import { one, queryString } from '../formData.ts'
import { ruleTags, ruleWords } from '../words/rules.ts'
import { actionMarks } from '../words/status.ts'
import { writtenDate } from '../words/time.ts'
import { timingSentence } from '../words/timing.ts'
import { typeWords } from '../words/types.ts'
import { holdsSentence } from './holds.ts'

export interface DashboardQuery {
  q: string
  type: ActionType | ''
  status: 'active' | 'inactive' | ''
  groupId: string
  sort: string
}

/** The table's state is the address's; what is not known there is left out. */
export function dashboardQuery(query: Readonly<Record<string, unknown>>): DashboardQuery {
  const text = (name: string) => one(query, name).trim().slice(0, 200)
  const among = <T extends string>(name: string, known: readonly T[]) => known.find((each) => each === text(name)) ?? ''
  const groupId = text('groupId')
  return {
    q: text('q'),
    type: among('type', actionTypes),
    status: among('status', ['active', 'inactive']),
    groupId: groupId === 'none' || /^[0-9a-f-]{36}$/i.test(groupId) ? groupId : '',
    sort: among('sort', [...sortable, ...sortable.map((name) => `-${name}`)]),
  }
}

interface Column {
  label: string
  sort: string | null
  className: string | null
}
const column = (label: string, sort: string | null = null, className: string | null = null): Column => ({
  label,
  sort,
  className,
})
const columns = [
  column('Name', 'title', 'title-cell'),
  column('Type', 'type'),
  column('Status', 'status'),
  column('Skips rules'),
  column('Waiting', 'waiting', 'amount'),
  column('7 days', 'sentLast7Days', 'amount'),
  column('Created', 'createdAt'),
]
const sortable = columns.flatMap(({ sort }) => sort ?? [])

interface Context {
  query: DashboardQuery
  groups: readonly ActionGroupView[]
  /** What "New action" offers. */
  newTypes: ReturnType<typeof typeChoices>
  rules: DeliveryRules
  zone: Zone
  now: Instant
  mayManage: boolean
}

/** The dashboard's table: one section per group in the practice's order, then what belongs to none. */
export function dashboardList(actions: readonly ListedCustomAction[], context: Context) {
  const { query, groups } = context
  const filtered = query.q !== '' || query.type !== '' || query.status !== '' || query.groupId !== ''
  const sorted = [...actions].sort(byColumn(query.sort))
  const shownGroups = groups.filter(({ id }) => !filtered || sorted.some(({ groupId }) => groupId === id))
  const sections = [
    ...shownGroups.map((group) => section(group, sorted, context)),
    section(null, sorted, context),
  ].filter(({ id, actions: rows }) => id !== null || rows.length > 0)
  return {
    total: actions.length,
    filtered,
    query,
    here: `/actions${queryString({ ...query })}`,
    newTypes: context.newTypes,
    types: actionTypes.map((value) => ({ value, label: typeWords[value] })),
    groups: groups.map(({ id, name }) => ({ id, name })),
    rules: ruleNames.map((value) => ({ value, label: ruleWords[value] })),
    columns: columns.map((each) => header(each, query)),
    width: columns.length + (context.mayManage ? 2 : 0),
    showGroups: groups.length > 0,
    sections,
  }
}

function section(group: ActionGroupView | null, actions: readonly ListedCustomAction[], context: Context) {
  const own = actions.filter(({ groupId }) => groupId === (group?.id ?? null))
  const sum = (of: (action: ListedCustomAction) => number) => own.reduce((total, action) => total + of(action), 0)
  return {
    id: group?.id ?? null,
    name: group?.name ?? 'No group',
    first: group?.id === context.groups[0]?.id,
    last: group?.id === context.groups.at(-1)?.id,
    waiting: sum(({ waiting }) => waiting),
    sentLast7Days: sum(({ sentLast7Days }) => sentLast7Days),
    actions: own.map((action) => row(action, context)),
  }
}

function row(action: ListedCustomAction, { rules, zone, now }: Context) {
  return {
    id: action.id,
    version: action.version,
    href: `/actions/${action.id}`,
    title: action.title,
    groupId: action.groupId,
    timing: timingSentence(action.timing),
    type: typeWords[action.type],
    mark: actionMarks[action.status],
    skips: action.skippedRules.map((rule) => ruleTags[rule]),
    waiting: action.waiting,
    sentLast7Days: action.sentLast7Days,
    created: writtenDate(Date.parse(action.createdAt), zone),
    holds: holdsSentence(action, rules, zone, now),
  }
}

function header({ label, sort, className }: Column, query: DashboardQuery) {
  const direction = query.sort === sort ? 'ascending' : query.sort === `-${sort}` ? 'descending' : null
  const next = direction === 'ascending' ? `-${sort}` : sort
  return {
    label,
    className,
    direction: sort === null ? null : direction,
    href: sort === null ? null : `/actions${queryString({ ...query, sort: next })}`,
  }
}

/** Sorting happens inside the groups: they keep the order the practice gave them. */
function byColumn(sort: string): (a: ListedCustomAction, b: ListedCustomAction) => number {
  const name = (sort.replace('-', '') || 'title') as
    | 'title'
    | 'type'
    | 'status'
    | 'waiting'
    | 'sentLast7Days'
    | 'createdAt'
  const sign = sort.startsWith('-') ? -1 : 1
  return (a, b) => {
    const [left, right] = [a[name], b[name]]
    const order =
      typeof left === 'number' ? left - Number(right) : left.localeCompare(String(right), 'en', { sensitivity: 'base' })
    return order === 0 ? a.title.localeCompare(b.title) : sign * order
  }
}
