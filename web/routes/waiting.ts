import { getCustomAction } from '../../db/queries/customActions.ts'
import { readStaffNames } from '../../db/queries/staff.ts'
import { listWaiting, waitingOf } from '../../db/queries/waitingMessages.ts'
import { one, queryString } from '../formData.ts'
import type { PageHandler } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { idOf, isId } from './ids.ts'

/** `GET /actions/:id/waiting`: the messages behind the number, the soonest first. */
export const waitingMessages: PageHandler = async (visit) => {
  const { tx, organization, now, query } = visit
  const action = await getCustomAction(tx, idOf(visit, 'custom action'))
  const href = `/actions/${action.id}`
  const cursor = one(query, 'cursor')
  const { items, nextCursor } = await listWaiting(tx, action.id, { limit: 100, cursor: cursor || undefined })
  const names = await readStaffNames(
    tx,
    items.flatMap(({ recipient }) => (isId(recipient) ? [recipient] : [])),
  )
  const written = (iso: string) => writtenOut(Date.parse(iso), organization.timeZone, now)
  const waiting = {
    title: action.title,
    href,
    count: await waitingOf(tx, action.id),
    isActive: action.status === 'active',
    forStaff: action.recipients.kind === 'staff',
    rows: items.map(({ careEventId, patientName, recipient, dueAt, sendAt }) => ({
      href: `/care-events/${careEventId}`,
      who: patientName ?? 'Unnamed patient',
      staff: names.get(recipient) ?? null,
      due: dueAt === null ? null : written(dueAt),
      sends: written(sendAt),
    })),
    next: nextCursor === null ? null : `${href}/waiting${queryString({ cursor: nextCursor })}`,
    back: cursor === '' ? null : `${href}/waiting`,
  }
  return { view: 'waiting', title: `Waiting: ${action.title}`, section: 'actions', model: { waiting } }
}
