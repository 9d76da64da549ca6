import { type ActionDefinitionInput, actionDefinitionSchema, messageSchema } from '../domain/action.ts'
import { withDefaults } from '../domain/checkDefinition.ts'
import { staffInputSchema } from '../domain/staff.ts'
import { exampleActions, exampleTemplates } from './exampleTexts.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'
import { createGroup } from './queries/actionGroups.ts'
import type { By } from './queries/audit.ts'
import { checkedDefinition } from './queries/checkedDefinition.ts'
import { createCustomAction } from './queries/customActions.ts'
import type { PracticeResource } from './queries/practiceResources.ts'
import { createStaffMember } from './queries/staffEdit.ts'
import { createTemplate } from './queries/templates.ts'
import { at } from './queries/values.ts'
import { insertUser, type SignIn } from './seedUser.ts'

const zone = 'America/New_York'
const facilities = [
  ['loc-elm', 'RIVERSIDE ELM ST', 'Riverside Elm Street', '12 Elm St, Springfield, NY 12345', '+15555550110'],
  ['loc-lake', 'RIVERSIDE LAKESIDE', 'Riverside Lakeside', '4 Shore Rd, Springfield, NY 12345', '+15555550111'],
] as const
const providers = [
  ['prac-strange', 'STRANGE, ADA MD', 'Dr. Ada Strange'],
  ['prac-menon', 'MENON, RAVI MD', 'Dr. Ravi Menon'],
] as const
/** What is sensitive is written about in secure messages only. */
const appointmentTypes = [
  ['NEW', 'NEW PATIENT 40', 'New patient visit', false],
  ['PHYS', 'ANNUAL PHYS', 'Annual physical', false],
  ['FUP', 'FOLLOW UP 20', 'Follow-up', false],
  ['COLO', 'COLONOSCOPY', 'Colonoscopy', false],
  ['COUN', 'COUNSELING', 'Counseling', true],
] as const

/**
 * A practice to try things out with, beside its organization and admin: what an EHR would have named, people, groups,
 * templates and one action or more of each type, all of them inactive. Names and numbers are made up.
 */
export async function insertExamplePractice(tx: Tx, sourceId: string, by: By): Promise<{ staff: SignIn[] }> {
  const ids = new Map<string, string>()
  const resource = async (table: PracticeResource, externalId: string, columns: Record<string, unknown>) => {
    ids.set(
      externalId,
      await insertResource(tx, table, { source_id: sourceId, external_id: externalId, ...columns }, by),
    )
  }
  for (const [externalId, name, public_name, address, phone] of facilities)
    await resource('facility', externalId, { name, public_name, address, phone, time_zone: zone, state: 'NY' })
  for (const [externalId, name, public_name] of providers) await resource('provider', externalId, { name, public_name })
  for (const [externalId, name, public_name, sensitive] of appointmentTypes)
    await resource('appointment_type', externalId, { name, public_name, sensitive })
  const staff = await insertStaff(tx, ids, by)
  for (const name of ['Before the visit', 'After the visit', 'Recalls', 'For staff'])
    ids.set(name, (await createGroup(tx, { name }, by)).id)
  for (const { name, message } of exampleTemplates)
    ids.set(name, (await createTemplate(tx, { name, message: messageSchema.parse(message) }, by)).id)
  for (const action of exampleActions((name) => idOf(ids, name))) await insertAction(tx, action, by)
  return { staff }
}

async function insertResource(
  tx: Tx,
  table: PracticeResource,
  columns: Record<string, unknown>,
  by: By,
): Promise<string> {
  const id = newId()
  const names = Object.keys(columns)
  await tx.query(
    `insert into ${table} (organization_id, id, enabled, practice_set, created_at, updated_at, ${names.join(', ')})
     values ($1, $2, true, array['publicName', 'sensitive'], $3, $3, ${names.map((_, index) => `$${index + 4}`).join(', ')})`,
    [tx.organizationId, id, at(by.now), ...Object.values(columns)],
  )
  return id
}

/** Each with a user of their own: without one nobody could open what is sent to them securely, and nothing would be. */
async function insertStaff(tx: Tx, ids: ReadonlyMap<string, string>, by: By): Promise<SignIn[]> {
  const everywhere = [idOf(ids, 'loc-elm'), idOf(ids, 'loc-lake')]
  const members = [
    ['Robin', 'Lake', ['Nurse'], null, '+15555550120'],
    ['Sam', 'Ortiz', ['Front desk'], null, '+15555550121'],
    ['Ada', 'Strange', ['Physician'], idOf(ids, 'prac-strange'), '+15555550122'],
  ] as const
  const signIns: SignIn[] = []
  for (const [firstName, lastName, roles, providerId, address] of members) {
    const email = `${firstName.toLowerCase()}@riverside.example`
    const { id: userId, ...signIn } = await insertUser(
      tx,
      { email, name: `${firstName} ${lastName}`, role: 'staff' },
      by,
    )
    signIns.push(signIn)
    const contactPoints = [{ channel: 'sms', address }]
    const input = { firstName, lastName, roles, providerId, userId, facilityIds: everywhere, contactPoints }
    await createStaffMember(tx, staffInputSchema.parse(input), by)
  }
  return signIns
}

async function insertAction(tx: Tx, action: ActionDefinitionInput, by: By): Promise<void> {
  const definition = actionDefinitionSchema.parse(withDefaults(action))
  await createCustomAction(tx, await checkedDefinition(tx, definition), by)
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`the example practice has no ${name}`)
  return id
}
