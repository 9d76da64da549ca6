import { type CatchUpView, listCatchUps } from '../../db/queries/catchUpProgress.ts'
import { type CatchUpReach, previewCatchUp } from '../../db/queries/catchUps.ts'
import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { type CatchUpAsked, catchUpSchema } from '../../domain/catchUp.ts'
import { type FieldError, Problem } from '../../domain/problem.ts'
import { reasons } from '../../domain/reasons.ts'
import { parseDate } from '../../domain/time.ts'
import { barsOf } from '../editor/bars.ts'
import { type FormData, numberOf, one } from '../formData.ts'
import { mayAct } from '../sessions.ts'
import type { Visit } from '../visit.ts'
import { writtenLocalDate, writtenOut } from '../words/time.ts'

export interface CatchUpForm {
  overdueDays: string
  perDay: string
}

const suggested: CatchUpForm = { overdueDays: '90', perDay: '20' }

export const readCatchUpForm = (form: FormData): CatchUpForm => ({
  overdueDays: one(form, 'overdueDays') || suggested.overdueDays,
  perDay: one(form, 'perDay') || suggested.perDay,
})

/** What was asked, checked; or what is wrong with it. */
export function askedOf(form: CatchUpForm): { asked: CatchUpAsked } | { errors: FieldError[] } {
  const fields = { ...form }
  const parsed = catchUpSchema.safeParse({
    overdueDays: numberOf(fields, 'overdueDays'),
    perDay: numberOf(fields, 'perDay'),
  })
  if (parsed.success) return { asked: parsed.data }
  return { errors: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) }
}

/** The page of one action's catch-ups: whom it would reach, and those that were asked for before. */
export async function catchUpModel(
  visit: Visit,
  action: CustomActionView,
  form: CatchUpForm,
  refused: readonly FieldError[] = [],
) {
  const { tx, now, organization, visitor } = visit
  const checked = askedOf(form)
  const reach = 'asked' in checked ? await reachOf(visit, action, checked.asked) : checked
  const errors = [...refused, ...('errors' in reach ? reach.errors : [])]
  const catchUps = await listCatchUps(tx, action.id, now)
  return {
    id: action.id,
    title: action.title,
    isActive: action.status === 'active',
    isRunning: catchUps.some(({ state }) => state === 'running'),
    mayManage: mayAct(visitor.role, 'manager'),
    form,
    problems: errors.map(({ path, message }) => ({ message, href: path in form ? `#${path}` : null })),
    errors: Object.fromEntries(errors.map(({ path, message }) => [path, message])),
    reach: 'errors' in reach ? null : figuresOf(reach, organization.timeZone, now),
    catchUps: catchUps.map((each) => rowOf(each, organization.timeZone, now)),
  }
}

async function reachOf(visit: Visit, action: CustomActionView, asked: CatchUpAsked) {
  const { tx, deps, now } = visit
  const question = { definition: definitionOf(action), actionId: action.id }
  try {
    return await previewCatchUp(tx, await deps.configuration.read(tx), question, asked, now)
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') return { errors: [...error.errors] }
    throw error
  }
}

function figuresOf({ recalls, byDay, undeliverable }: CatchUpReach, zone: string, now: number) {
  const [first, last] = [byDay[0]?.date, byDay.at(-1)?.date]
  const days = first && last ? (parseDate(last) ?? 0) - (parseDate(first) ?? 0) + 1 : 0
  return {
    recalls,
    first: first ? writtenLocalDate(first) : null,
    last: last ? writtenLocalDate(last) : null,
    bars: byDay.length > 0 ? barsOf(byDay, Math.max(14, days + 1), zone, now) : null,
    cannot: undeliverable.reduce((sum, { count }) => sum + count, 0),
    undeliverable: undeliverable.map(({ reason, count }) => ({ count, sentence: reasons[reason].sentence })),
  }
}

const stateMarks = {
  running: { word: 'Running', icon: 'sending', tone: 'good', meaning: null },
  done: { word: 'Done', icon: 'delivered', tone: 'calm', meaning: null },
  cancelled: { word: 'Cancelled', icon: 'skipped', tone: 'calm', meaning: null },
} as const

function rowOf(each: CatchUpView, zone: string, now: number) {
  const { id, overdueDays, perDay, recalls, sent, waiting, state } = each
  return {
    id,
    mark: stateMarks[state],
    isRunning: state === 'running',
    asked: writtenOut(Date.parse(each.createdAt), zone, now),
    what: `overdue up to ${overdueDays} days, ${perDay} a day`,
    days: [...new Set([each.firstDay, each.lastDay])].map(writtenLocalDate).join(' to '),
    recalls,
    sent,
    waiting,
  }
}
