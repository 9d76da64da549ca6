import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { getCareEvent } from './careEvents.ts'
import { getCustomAction } from './customActions.ts'
import { touchSiblings } from './siblings.ts'
import { touchCareEvent } from './touches.ts'
import { at } from './values.ts'

/** One planned message cancelled by hand. */
export interface SuppressionView {
  id: string
  actionId: string
  careEventId: string
  recipient: string | null
}

/** Cancels what an action would send about a care event (recipient null: to whomever). Throws `notFound`. */
export async function suppress(
  tx: Tx,
  careEventId: string,
  { actionId, recipient }: { actionId: string; recipient: string | null },
  by: By,
): Promise<SuppressionView> {
  await getCareEvent(tx, careEventId)
  await getCustomAction(tx, actionId)
  const [existing] = await tx.query<{ id: string }>(
    'select id from suppression where care_event_id = $1 and action_id = $2 and recipient is not distinct from $3',
    [careEventId, actionId, recipient],
  )
  const id = existing?.id ?? newId()
  const view = { id, actionId, careEventId, recipient }
  if (existing) return view
  await tx.query(
    `insert into suppression (organization_id, id, action_id, care_event_id, recipient, created_by, created_at)
     values (current_setting('app.organization_id')::uuid, $1, $2, $3, $4, $5, $6)`,
    [id, actionId, careEventId, recipient, by.who.userId, at(by.now)],
  )
  await touchCareEvent(tx, careEventId, by.now)
  await touchSiblings(tx, careEventId, null, by.now)
  await recordAudit(tx, by, {
    action: 'suppressed',
    subject: 'careEvent',
    subjectId: careEventId,
    after: { actionId, recipient },
  })
  return view
}

/**
 * Takes a cancellation back, for one recipient (null: for all of them); what is still due is planned again. Nothing
 * happens when there was none. A cancellation of everybody's messages is taken back as a whole.
 */
export async function unsuppress(
  tx: Tx,
  careEventId: string,
  { actionId, recipient }: { actionId: string; recipient: string | null },
  by: By,
): Promise<void> {
  await getCareEvent(tx, careEventId)
  const gone = await tx.query(
    `delete from suppression where care_event_id = $1 and action_id = $2
        and ($3::text is null or recipient is null or recipient = $3) returning id`,
    [careEventId, actionId, recipient],
  )
  if (gone.length === 0) return
  await touchCareEvent(tx, careEventId, by.now)
  await touchSiblings(tx, careEventId, null, by.now)
  await recordAudit(tx, by, {
    action: 'unsuppressed',
    subject: 'careEvent',
    subjectId: careEventId,
    before: { actionId, recipient },
  })
}
