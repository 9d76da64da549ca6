import type { Router } from 'express'
import { readCareEventDetails } from '../../db/queries/careEventDetails.ts'
import { getCareEvent } from '../../db/queries/careEvents.ts'
import { type PlanItem, readCarePlan } from '../../db/queries/carePlan.ts'
import { readStaffNames } from '../../db/queries/staff.ts'
import { suppress, unsuppress } from '../../db/queries/suppressions.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import { reasons } from '../../domain/reasons.ts'
import type { VerdictKind } from '../../domain/verdict.ts'

import { careEventLine, careEventPlace } from '../careEvents/summary.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import type { PageHandler, Visits } from '../visit.ts'
import { verdictMark } from '../words/status.ts'
import { writtenOut } from '../words/time.ts'
import { trailRows } from '../words/trail.ts'
import { confirmationWords, kindPlurals, statusWord } from '../words/types.ts'
import { workflowLink } from '../workflowLink.ts'
import { idOf, isId } from './ids.ts'

/** What has a step first, then what is settled, then what this is not about. */
const order: VerdictKind[] = ['planned', 'postponed', 'done', 'skipped', 'notMatching']

/** `GET /care-events/:id`: what every action means for it, and why. */
const open: PageHandler = async (visit) => {
  const { tx, deps, now } = visit
  const careEvent = await getCareEvent(tx, idOf(visit, 'care event'))
  const details = (await readCareEventDetails(tx, [careEvent.id])).get(careEvent.id)
  if (!details) throw notFound('care event')
  const configuration = await deps.configuration.read(tx)
  const plan = await readCarePlan(tx, configuration, careEvent.id, now)
  // An action for recalls has nothing to say about an appointment: every page would list them all.
  const items = plan.items.filter(({ reason }) => reason !== 'wrongKind')
  const { zone } = details
  const staff = await readStaffNames(
    tx,
    items.flatMap(({ recipient }) => recipient ?? []),
  )
  const workflow = { organizationId: visit.visitor.organizationId, careEventId: careEvent.id }
  const titleOf = (id: string) =>
    configuration.actions.find((action) => action.id === id)?.definition.title ?? 'A deleted action'
  const model = {
    id: careEvent.id,
    href: `/care-events/${careEvent.id}`,
    line: careEventLine(details, now),
    place: careEventPlace(details),
    kinds: kindPlurals[careEvent.kind],
    patient: details.patientName,
    patientHref: `/patients/${details.patientId}`,
    status: statusWord(careEvent.status),
    confirmation: careEvent.kind === 'appointment' ? confirmationWords[careEvent.confirmation] : null,
    externalId: careEvent.externalId,
    wakes: careEvent.wakeAt === null ? null : writtenOut(Date.parse(careEvent.wakeAt), zone, now),
    temporal: workflowLink(deps.temporalUi, careEvent.kind, workflow),
    verdicts: [...items]
      .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
      .map((item) => ({
        ...verdictRow(item, titleOf(item.actionId), zone, now),
        staff: staff.get(item.recipient ?? '') ?? null,
      })),
  }
  return {
    view: 'careEvent',
    title: `${model.patient}: ${model.line}`,
    section: 'patients',
    model: { careEvent: model },
  }
}

function verdictRow(item: PlanItem, title: string, zone: string, now: number) {
  return {
    actionId: item.actionId,
    recipient: item.recipient ?? '',
    title,
    actionHref: `/actions/${item.actionId}`,
    deliveryHref: item.deliveryId === null ? null : `/deliveries/${item.deliveryId}`,
    mark: verdictMark(item.verdict),
    reason: item.reason === null ? null : reasons[item.reason].sentence,
    when: item.sendAt === null ? null : writtenOut(Date.parse(item.sendAt), zone, now),
    mayCancel: item.verdict === 'planned',
    cancelled: item.reason === 'suppressed',
    trail: trailRows(item.trail, zone, now),
  }
}

/** `POST /care-events/:id/cancel`: one planned message, by hand. */
const cancel: PageHandler = async (visit) => {
  const { tx, by, form } = visit
  const careEventId = idOf(visit, 'care event')
  const actionId = actionOf(one(form, 'actionId'))
  const recipient = one(form, 'recipient')
  await suppress(tx, careEventId, { actionId, recipient: recipient === '' ? null : recipient }, by)
  const undo = {
    action: `/care-events/${careEventId}/restore`,
    fields: [
      { name: 'actionId', value: actionId },
      { name: 'recipient', value: recipient },
    ],
  }
  return {
    redirect: `/care-events/${careEventId}`,
    notice: notice('good', 'Cancelled: this message is not sent.', { undo }),
  }
}

/** `POST /care-events/:id/restore`: takes a cancellation back. */
const restore: PageHandler = async (visit) => {
  const careEventId = idOf(visit, 'care event')
  const recipient = one(visit.form, 'recipient') || null
  await unsuppress(visit.tx, careEventId, { actionId: actionOf(one(visit.form, 'actionId')), recipient }, visit.by)
  return {
    redirect: `/care-events/${careEventId}`,
    notice: notice('good', 'Taken back: what is still due is planned again.'),
  }
}

function actionOf(id: string): string {
  if (!isId(id)) throw new Problem('malformed', 'Say which action’s message it is.')
  return id
}

export function careEventRoutes(web: Router, visit: Visits): void {
  web.get('/care-events/:id', visit('staff', open))
  web.post('/care-events/:id/cancel', visit('staff', cancel))
  web.post('/care-events/:id/restore', visit('staff', restore))
}
