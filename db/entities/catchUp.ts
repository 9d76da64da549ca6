import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { day, instant, key } from './columns.ts'

/** An admin asked a recall action to catch up with what was overdue when it began. */
export const CatchUp = defineEntity({
  name: 'CatchUp',
  tableName: 'catch_up',
  properties: {
    ...key(),
    actionId: p.uuid(),
    overdueDays: p.integer(),
    perDay: p.integer(),
    createdBy: p.uuid().nullable(),
    createdAt: instant(),
    cancelledAt: instant().nullable(),
  },
  indexes: [{ properties: ['organizationId', 'actionId'] }],
})
export type CatchUp = InferEntity<typeof CatchUp>

/** The day of each of its recalls. */
export const CatchUpRecall = defineEntity({
  name: 'CatchUpRecall',
  tableName: 'catch_up_recall',
  properties: {
    organizationId: p.uuid().primary(),
    catchUpId: p.uuid().primary(),
    careEventId: p.uuid().primary(),
    occurrenceKey: p.text(),
    day: day(),
  },
  indexes: [{ properties: ['organizationId', 'careEventId'] }],
})
export type CatchUpRecall = InferEntity<typeof CatchUpRecall>
