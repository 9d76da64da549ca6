import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Tx } from '../../db/orm.ts'
import { createGroup, deleteGroup } from '../../db/queries/actionGroups.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import {
  type CustomActionView,
  createCustomAction,
  definitionOf,
  editCustomAction,
  lockCustomAction,
} from '../../db/queries/customActions.ts'
import { createStaffMember, deleteStaffMember } from '../../db/queries/staffEdit.ts'
import { createTemplate, editTemplate, lockTemplate, type TemplateView } from '../../db/queries/templates.ts'
import { actionDefinitionSchema, messageSchema } from '../../domain/action.ts'
import { staffInputSchema } from '../../domain/staff.ts'
import { asAdmin, type FreshDatabase, freshDatabase } from '../support/database.ts'

const by = { now: Date.UTC(2026, 2, 9, 13), who: { userId: null, apiKeyId: null } }
let fresh: FreshDatabase
let template: TemplateView
let action: CustomActionView
const inPractice = <T>(work: (tx: Tx) => Promise<T>) => fresh.database.inOrganization(fresh.organizationId, work)

beforeAll(async () => {
  fresh = await freshDatabase()
  const message = messageSchema.parse({ body: 'See you soon' })
  template = await inPractice((tx) => createTemplate(tx, { name: 'Soon', message }, by))
  const definition = actionDefinitionSchema.parse({
    type: 'extraReminder',
    title: 'Booked',
    status: 'active',
    recipients: { kind: 'patient' },
    templateId: template.id,
    timing: { offset: 1, unit: 'hours', direction: 'after', anchor: 'created' },
  })
  action = await inPractice((tx) => createCustomAction(tx, definition, by))
})
afterAll(() => fresh.drop())

/** Resolves once a transaction of this database waits for a lock of another one. */
async function somebodyWaits(): Promise<void> {
  await asAdmin(fresh.url, async (client) => {
    for (;;) {
      const { rowCount } = await client.query(
        `select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`,
      )
      if (rowCount) return
    }
  })
}

/** An edit of the action, during which somebody else begins another edit. */
async function meanwhile(other: (tx: Tx) => Promise<unknown>, title: string): Promise<void> {
  let begun: Promise<unknown> = Promise.resolve()
  await inPractice(async (tx) => {
    const before = await lockCustomAction(tx, action.id, null)
    begun = inPractice(other)
    begun.catch(() => undefined)
    await somebodyWaits()
    action = await editCustomAction(tx, before, await checkedDefinition(tx, { ...definitionOf(before), title }), by)
  })
  await begun
}

describe('Two edits at once', () => {
  it('of an action and of its template: both are stored', async () => {
    const message = messageSchema.parse({ body: 'See you very soon' })
    await meanwhile(async (tx) => {
      const before = await lockTemplate(tx, template.id, null)
      await editTemplate(tx, before, { name: before.name, message }, by)
    }, 'Booked at last')
    const rows = await inPractice((tx) => tx.query('select version, title from custom_action'))
    expect(rows).toEqual([{ version: 3, title: 'Booked at last' }])
  })

  it('of an action and of its group: both are stored', async () => {
    const { id } = await inPractice((tx) => createGroup(tx, { name: 'Visits' }, by))
    action = await inPractice(async (tx) => {
      const before = await lockCustomAction(tx, action.id, null)
      return editCustomAction(tx, before, { ...definitionOf(before), groupId: id }, by)
    })
    await meanwhile((tx) => deleteGroup(tx, id, by), 'Booked in the end')
    const rows = await inPractice((tx) => tx.query('select title, group_id from custom_action'))
    expect(rows).toEqual([{ title: 'Booked in the end', group_id: null }])
  })

  it('a staff member who is being named in an action is not deleted at that moment', async () => {
    const member = staffInputSchema.parse({ firstName: 'Robin', lastName: 'Reed' })
    const { id } = await inPractice((tx) => createStaffMember(tx, member, by))
    const definition = actionDefinitionSchema.parse({
      type: 'appointment',
      title: 'Prepare the room',
      recipients: { kind: 'staff', staffIds: [id] },
      message: { body: 'Please' },
      timing: { offset: 1, unit: 'hours', direction: 'before', anchor: 'start' },
    })
    let deleted: Promise<void> = Promise.resolve()
    await inPractice(async (tx) => {
      const checked = await checkedDefinition(tx, definition)
      deleted = inPractice((other) => deleteStaffMember(other, id, null, by))
      deleted.catch(() => undefined)
      await somebodyWaits()
      await createCustomAction(tx, checked, by)
    })
    await expect(deleted).rejects.toThrow('Robin Reed is named in “Prepare the room”')
  })
})
