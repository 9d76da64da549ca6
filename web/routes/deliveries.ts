import type { Router } from 'express'
import type { SecureContent } from '../../db/openSecureMessage.ts'
import { listCustomActions } from '../../db/queries/customActionList.ts'
import { getDelivery, listDeliveries } from '../../db/queries/deliveries.ts'
import { reissueSecureMessage, resendDelivery, resolveDelivery } from '../../db/queries/deliveryByHand.ts'
import { readDeliveryDetails } from '../../db/queries/deliveryDetails.ts'
import { getPatient } from '../../db/queries/patients.ts'
import { readSecureContent, readSecureState } from '../../db/queries/secureContent.ts'
import { DELIVERY_STATUSES } from '../../domain/delivery.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { deliveryQuery, deliveryRow, startOf } from '../deliveries/list.ts'
import { deliveryModel } from '../deliveries/one.ts'
import { everyPage } from '../everyPage.ts'
import { one, queryString } from '../formData.ts'
import { type Notice, notice } from '../notice.ts'
import { fullName } from '../patients/name.ts'
import { mayAct } from '../sessions.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { deliveryMark } from '../words/status.ts'
import { idOf } from './ids.ts'

const perPage = 50

/** `GET /deliveries`: the ledger. */
const list: PageHandler = async ({ tx, query, organization, deps, now }) => {
  const wanted = deliveryQuery(query)
  const { status, actionId, patientId, from, to, cursor } = wanted
  const zone = organization.timeZone
  const filter = {
    limit: perPage,
    cursor: cursor || undefined,
    status: status || undefined,
    actionId: actionId || undefined,
    patientId: patientId || undefined,
    from: startOf(from, zone),
    to: startOf(to, zone, 1),
  }
  const page = await listDeliveries(tx, filter, deps.encryption)
  const details = await readDeliveryDetails(
    tx,
    page.items.map(({ id }) => id),
    deps.encryption,
  )
  const actions = await everyPage((each) => listCustomActions(tx, { ...each, sort: 'title' }, now))
  const model = {
    query: wanted,
    filtered: [status, actionId, patientId, from, to].some((value) => value !== ''),
    statuses: DELIVERY_STATUSES.map((value) => ({ value, label: deliveryMark(value).word })),
    actions: actions.map(({ id, title }) => ({ id, title })),
    patient:
      patientId === ''
        ? null
        : {
            name: fullName(await getPatient(tx, patientId)),
            href: `/deliveries${queryString({ ...wanted, patientId: '', cursor: '' })}`,
          },
    rows: page.items.map((delivery) => deliveryRow(delivery, details.get(delivery.id), now)),
    next: page.nextCursor === null ? null : `/deliveries${queryString({ ...wanted, cursor: page.nextCursor })}`,
    back: cursor === '' ? null : `/deliveries${queryString({ ...wanted, cursor: '' })}`,
  }
  return { view: 'deliveries', title: 'Deliveries', section: 'deliveries', model: { list: model } }
}

/** `GET /deliveries/:id` */
const open: PageHandler = (visit) => show(visit, null)

/** `POST /deliveries/:id/content`: what a secure message says; a POST, because that it was read is recorded. */
const content: PageHandler = async (visit) =>
  show(visit, await readSecureContent(visit.tx, idOf(visit, 'delivery'), visit.deps.encryption, visit.by))

async function show(visit: Visit, secureContent: SecureContent | null): Promise<Answer> {
  const { tx, deps, now, visitor } = visit
  const delivery = await getDelivery(tx, idOf(visit, 'delivery'), deps.encryption)
  const details = (await readDeliveryDetails(tx, [delivery.id], deps.encryption)).get(delivery.id)
  if (!details) throw notFound('delivery')
  const context = {
    now,
    organizationId: visitor.organizationId,
    temporalUi: deps.temporalUi,
    mayManage: mayAct(visitor.role, 'manager'),
    mayAdmin: mayAct(visitor.role, 'admin'),
    link: delivery.secure ? await readSecureState(tx, delivery.id, now) : null,
    content: secureContent,
  }
  return {
    view: 'delivery',
    title: `${details.actionTitle}, ${details.patientName}`,
    section: 'deliveries',
    model: { delivery: deliveryModel(delivery, details, context) },
  }
}

/** `POST /deliveries/:id/resend` */
const resend: PageHandler = (visit) =>
  byHand(
    visit,
    (id) => resendDelivery(visit.tx, id, visit.by),
    'It is decided anew now: filters, consent and rules still count.',
  )

/** `POST /deliveries/:id/reissue` */
const reissue: PageHandler = (visit) =>
  byHand(
    visit,
    (id) => reissueSecureMessage(visit.tx, id, visit.by),
    'A new link is on its way. Earlier ones open nothing any more.',
  )

/** `POST /deliveries/:id/resolve` */
const resolve: PageHandler = (visit) => {
  const outcome = (['sent', 'failed', 'sendAgain'] as const).find((each) => each === one(visit.form, 'outcome'))
  if (outcome === undefined) throw new Problem('malformed', 'Choose what became of the message.')
  return byHand(
    visit,
    (id) => resolveDelivery(visit.tx, id, outcome, visit.by),
    'Settled. The record says that it was done by hand.',
  )
}

/** A delivery may move on while somebody reads its page: that is told on the page, not as an error of its own. */
async function byHand(visit: Visit, act: (id: string) => Promise<void>, done: string): Promise<Answer> {
  const id = idOf(visit, 'delivery')
  let told: Notice = notice('good', done)
  try {
    await act(id)
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'conflict') throw error
    told = notice('bad', error.message)
  }
  return { redirect: `/deliveries/${id}`, notice: told }
}

export function deliveryRoutes(web: Router, visit: Visits): void {
  web.get('/deliveries', visit('staff', list))
  web.get('/deliveries/:id', visit('staff', open))
  web.post('/deliveries/:id/resend', visit('staff', resend))
  web.post('/deliveries/:id/reissue', visit('staff', reissue))
  web.post('/deliveries/:id/content', visit('admin', content))
  web.post('/deliveries/:id/resolve', visit('manager', resolve))
}
