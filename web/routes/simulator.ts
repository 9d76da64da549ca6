import type { Router } from 'express'
import { listSimulatedPhones, readConversation } from '../../db/queries/simulatorPhones.ts'
import { replyFromSimulator } from '../../db/simulatorReply.ts'
import { notFound } from '../../domain/problem.ts'
import { bouncingMailbox, failingNumbers } from '../../domain/simulatedFailure.ts'
import type { WebDeps } from '../deps.ts'
import { one } from '../formData.ts'
import { conversationRows, mark, phoneRows } from '../simulator/conversation.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'

const phonesAtMost = 200
const failing = [
  ...failingNumbers.map(({ number, meaning }) => ({
    address: `${number.slice(0, 3)}-${number.slice(3)}`,
    meaning,
  })),
  { address: `${bouncingMailbox}@…`, meaning: 'e-mail comes back: there is no such mailbox' },
]
const messagesAtMost = 200

async function simulatorModel({ tx, deps, organization, now, form }: Visit, wanted: string | null) {
  const phones = await listSimulatedPhones(tx, deps.encryption, phonesAtMost)
  const chosen = phones.find(({ key }) => key === wanted) ?? phones[0] ?? null
  const messages = chosen ? await readConversation(tx, deps.encryption, chosen.key, messagesAtMost) : []
  return {
    phones: phoneRows(phones, chosen?.key ?? null, now),
    chosen: chosen && {
      key: chosen.key,
      name: chosen.owners.join(', ') || null,
      staff: chosen.staff,
      address: chosen.address,
      canReply: !chosen.address.includes('@'),
    },
    messages: conversationRows(messages, organization.timeZone, now),
    mark: mark(phones, messages),
    failing,
    /** The conversation goes on: the reply field takes the focus again. */
    replied: form.body !== undefined,
  }
}

const wantedPhone = ({ query, form }: Visit) =>
  [one(form, 'phone'), one(query, 'phone')].find((key) => key !== '') ?? null

/** `GET /simulator`; htmx asks again every few seconds, and gets nothing unless there is something new. */
const open: PageHandler = async (visit) => {
  const simulator = await simulatorModel(visit, wantedPhone(visit))
  if (visit.partial) {
    if (one(visit.query, 'mark') === simulator.mark) return { nothing: true }
    return { partial: 'phones', model: { simulator, csrf: visit.visitor.csrf } }
  }
  return { view: 'simulator', title: 'Simulator', section: 'simulator', model: { simulator } }
}

/** `POST /simulator/replies`: answers as the patient. */
const reply: PageHandler = async (visit) => {
  const { tx, deps, form, now } = visit
  const phones = await listSimulatedPhones(tx, deps.encryption, phonesAtMost)
  const phone = phones.find(({ key }) => key === one(form, 'phone'))
  if (!phone) throw notFound('simulated phone')
  const body = (one(form, 'quick') || one(form, 'body')).trim().slice(0, 1600)
  if (body !== '') await replyFromSimulator(tx, deps.encryption, { from: phone.address, body }, now)
  if (visit.partial)
    return { partial: 'phones', model: { simulator: await simulatorModel(visit, phone.key), csrf: visit.visitor.csrf } }
  return { redirect: `/simulator?phone=${phone.key}` }
}

/** Only where messages go to simulated phones. */
export function simulatorRoutes(web: Router, visit: Visits, { simulator }: WebDeps): void {
  if (!simulator) return
  web.get('/simulator', visit('staff', open))
  web.post('/simulator/replies', visit('staff', reply))
}
