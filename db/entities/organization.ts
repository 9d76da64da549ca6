import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { ActionType } from '../../domain/action.ts'
import type { DeliveryRules, ResourceKind } from '../../domain/organization.ts'
import { day, key, timestamps, words } from './columns.ts'

/** The practice (tenant). Its own id is what every other table calls `organization_id`. */
export const Organization = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    phone: p.text().nullable(),
    timeZone: p.text(),
    state: p.text().nullable(),
    bookingUrl: p.text().nullable(),
    /** HH:mm, for anchors without a time of day. */
    defaultSendTime: p.text(),
    paused: p.boolean().default(false),
    enabledActionTypes: words<ActionType>(),
    enabledResourceKinds: words<ResourceKind>(),
    enableNewResources: p.boolean().default(false),
    requireOptIn: p.boolean().default(false),
    minorReview: p.boolean().default(false),
    sessionIdleMinutes: p.integer().default(15),
    /** Days after which what an EHR sent is deleted as it came; what became of it stays. */
    rawRetentionDays: p.integer().default(90),
    /** The same for what is in quarantine. */
    quarantineRetentionDays: p.integer().default(365),
    deliveryRules: p.json<DeliveryRules>(),
    /** Care events that were to be planned anew when rules or resources last changed (see `replanning.ts`). */
    replanningTotal: p.integer().default(0),
    /** Grows with every change of actions, templates, rules, resources, staff or closures (see `touchConfiguration`). */
    configRevision: p.bigint('number').default(1),
    version: p.integer().version(),
    ...timestamps(),
  },
})
export type Organization = InferEntity<typeof Organization>

/** Days on which a facility, or the whole organization, is closed. Both ends belong to it. */
export const Closure = defineEntity({
  name: 'Closure',
  tableName: 'closure',
  properties: {
    ...key(),
    /** null: the whole organization. */
    facilityId: p.uuid().nullable(),
    fromDate: day(),
    toDate: day(),
    name: p.text(),
    version: p.integer().version(),
    ...timestamps(),
  },
  indexes: [{ properties: ['organizationId', 'facilityId'] }],
  checks: [{ name: 'closure_order', expression: 'from_date <= to_date' }],
})
export type Closure = InferEntity<typeof Closure>
