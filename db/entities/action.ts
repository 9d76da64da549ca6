import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { type ActionDefinition, actionTypes } from '../../domain/action.ts'
import { instant, key, timestamps } from './columns.ts'

export const ActionGroup = defineEntity({
  name: 'ActionGroup',
  tableName: 'action_group',
  properties: { ...key(), name: p.text(), position: p.integer(), version: p.integer().version(), ...timestamps() },
  indexes: [{ properties: ['organizationId', 'position'] }],
})
export type ActionGroup = InferEntity<typeof ActionGroup>

/** `definition` is the whole action; type, title, group and status are repeated beside it for lists. */
export const CustomAction = defineEntity({
  name: 'CustomAction',
  tableName: 'custom_action',
  properties: {
    ...key(),
    type: p.enum(actionTypes),
    title: p.text(),
    groupId: p.uuid().nullable(),
    templateId: p.uuid().nullable(),
    status: p.enum(['active', 'inactive'] as const),
    position: p.integer().default(0),
    definition: p.json<ActionDefinition>(),
    version: p.integer().version(),
    createdAt: instant(),
    /** The last change that the recentEdit rule counts: not of title, group or skipped rules. */
    editedAt: instant(),
    activatedAt: instant().nullable(),
    /** Care events that were to be planned anew when it was last edited; how many are left, the outbox knows. */
    replanningTotal: p.integer().default(0),
    deletedAt: instant().nullable(),
    updatedAt: instant(),
  },
  indexes: [
    { properties: ['organizationId', 'groupId'] },
    { properties: ['organizationId', 'templateId'] },
    { properties: ['organizationId', 'type', 'status'] },
  ],
})
export type CustomAction = InferEntity<typeof CustomAction>

export const CustomActionVersion = defineEntity({
  name: 'CustomActionVersion',
  tableName: 'custom_action_version',
  properties: {
    organizationId: p.uuid().primary(),
    actionId: p.uuid().primary(),
    version: p.integer().primary(),
    definition: p.json<ActionDefinition>(),
    /** The text of its template at that version; null for an action with a text of its own. */
    templateMessage: p.json<ActionDefinition['message']>().nullable(),
    editedAt: instant(),
    editedBy: p.uuid().nullable(),
    /** Why an admin cleared "contains PHI" where it is the default. */
    reason: p.text().nullable(),
  },
})
export type CustomActionVersion = InferEntity<typeof CustomActionVersion>

export const MessageTemplate = defineEntity({
  name: 'MessageTemplate',
  tableName: 'message_template',
  properties: {
    ...key(),
    name: p.text(),
    message: p.json<NonNullable<ActionDefinition['message']>>(),
    editedAt: instant(),
    deletedAt: instant().nullable(),
    version: p.integer().version(),
    ...timestamps(),
  },
})
export type MessageTemplate = InferEntity<typeof MessageTemplate>

/** One planned message cancelled by hand; `recipient` null: whoever would have got it. */
export const Suppression = defineEntity({
  name: 'Suppression',
  tableName: 'suppression',
  properties: {
    ...key(),
    actionId: p.uuid(),
    careEventId: p.uuid(),
    recipient: p.text().nullable(),
    createdBy: p.uuid().nullable(),
    createdAt: instant(),
  },
  indexes: [{ properties: ['organizationId', 'careEventId'] }, { properties: ['organizationId', 'actionId'] }],
})
export type Suppression = InferEntity<typeof Suppression>
