import type { Router } from 'express'
import { cancelCatchUp, startCatchUp } from '../../db/queries/catchUps.ts'
import { type CustomActionView, getCustomAction } from '../../db/queries/customActions.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { askedOf, type CatchUpForm, catchUpModel, readCatchUpForm } from '../catchUp/model.ts'
import { notice } from '../notice.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { writtenLocalDate } from '../words/time.ts'
import { idOf, isId } from './ids.ts'

export function catchUpRoutes(web: Router, visit: Visits): void {
  web.get('/actions/:id/catch-up', visit('staff', openCatchUp))
  web.post('/actions/:id/catch-up', visit('manager', askCatchUp))
  web.post('/actions/:id/catch-up/:catchUpId/cancel', visit('manager', endCatchUp))
}

const actionOf = (visit: Visit) => getCustomAction(visit.tx, idOf(visit, 'custom action'))

/** `GET /actions/:id/catch-up`: whom it would reach, for what the address asks. */
const openCatchUp: PageHandler = async (visit) => page(visit, await actionOf(visit), readCatchUpForm(visit.query))

/** `POST /actions/:id/catch-up` */
const askCatchUp: PageHandler = async (visit) => {
  const action = await actionOf(visit)
  const form = readCatchUpForm(visit.form)
  const checked = askedOf(form)
  if ('errors' in checked) return page(visit, action, form, null)
  try {
    const { recalls, lastDay } = await startCatchUp(visit.tx, action.id, checked.asked, visit.by)
    const said = `${recalls} overdue ${recalls === 1 ? 'recall is' : 'recalls are'} told of it, the last on ${writtenLocalDate(lastDay)}.`
    return { redirect: `/actions/${action.id}/catch-up`, notice: notice('good', said) }
  } catch (error) {
    if (error instanceof Problem && ['conflict', 'invalid'].includes(error.kind))
      return page(visit, action, form, error)
    throw error
  }
}

/** `POST /actions/:id/catch-up/:catchUpId/cancel` */
const endCatchUp: PageHandler = async (visit) => {
  const id = idOf(visit, 'custom action')
  const { catchUpId } = visit.params
  if (!isId(catchUpId)) throw notFound('catch-up')
  await cancelCatchUp(visit.tx, id, catchUpId, visit.by)
  return {
    redirect: `/actions/${id}/catch-up`,
    notice: notice('good', 'Cancelled. What was sent stays sent; nothing more of it goes out.'),
  }
}

async function page(
  visit: Visit,
  action: CustomActionView,
  form: CatchUpForm,
  refused: Problem | null = null,
): Promise<Answer> {
  const errors = refused === null || refused.kind === 'invalid' ? [] : [{ path: '', message: refused.message }]
  const catchUp = await catchUpModel(visit, action, form, errors)
  return {
    view: 'catchUp',
    title: `Catch up: ${action.title}`,
    section: 'actions',
    status: refused?.kind === 'conflict' ? 409 : catchUp.problems.length > 0 ? 422 : 200,
    model: { catchUp },
  }
}
