import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const notice = () => page.locator('#notice')
const row = (name: string) => page.locator('tr.row', { hasText: name })
const line = (n: number) => page.getByRole('group', { name: `Line ${n}` })

/** An action that names a staff member. */
async function actionNaming(staffId: string): Promise<void> {
  const definition = actionDefinitionSchema.parse({
    type: 'appointment',
    title: 'New visit booked',
    status: 'active',
    recipients: { kind: 'staff', staffIds: [staffId] },
    message: { body: '{{ patient.firstName }} is coming' },
    timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start' },
  })
  const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
  await site.database.inOrganization(site.practice.organizationId, async (tx) =>
    createCustomAction(tx, await checkedDefinition(tx, definition), by),
  )
}

describe('staff', () => {
  it('begins with a page that says what staff are for', async () => {
    page = await site.open('/settings')
    await page.getByRole('link', { name: 'Staff', exact: true }).click()
    expect(await page.getByRole('main').textContent()).toContain('An action can write to staff as well as to patients')
    await page.getByRole('link', { name: 'Add the first' }).click()
  })

  it('are told what is wrong beside each field, and nothing that was typed is lost', async () => {
    await page.getByLabel('First name').fill('Robin')
    await page.getByLabel('Roles', { exact: true }).fill('Nurse, Front desk')
    await line(1).getByLabel('Number or address').fill('call me')
    await page.getByLabel('Monday, from').fill('08:00')
    await page.getByLabel('Time zone').fill('Eastern')
    await page.getByRole('button', { name: 'Add staff' }).click()
    expect((await page.getByRole('alert').locator('li').allTextContents()).sort()).toEqual([
      'Last name: a name is needed',
      "Numbers and addresses, line 1: 'call me' is not a phone number; write e.g. +15555550101",
      'Own hours, Monday: a time of day is HH:mm, from 00:00 to 23:59',
      "Time zone: 'Eastern' is not an IANA time zone; write e.g. America/New_York",
    ])
    expect(await page.getByLabel('Roles', { exact: true }).inputValue()).toBe('Nurse, Front desk')
    expect(await line(1).getByLabel('Number or address').inputValue()).toBe('call me')
  })

  it('are added with roles, facility, numbers, working hours and the provider they are', async () => {
    await page.getByLabel('Last name').fill('Lake')
    await page.getByLabel('Riverside Endoscopy').check()
    await line(1).getByLabel('Number or address').fill('(555) 555-0140')
    await line(2).getByLabel('Channel').selectOption('email')
    await line(2).getByLabel('Number or address').fill('staff@riverside.example')
    for (const day of ['Monday', 'Tuesday', 'Wednesday']) {
      await page.getByLabel(`${day}, from`).fill('08:00')
      await page.getByLabel(`${day}, to`).fill('17:00')
    }
    await page.getByLabel('Time zone').fill('America/Denver')
    await page.getByLabel('Provider in the EHR').selectOption('Dr. Osei')
    await page.getByRole('button', { name: 'Add staff' }).click()
    expect(await notice().textContent()).toContain('Robin Lake is added')
    const text = await row('Robin Lake').textContent()
    for (const part of [
      'Nurse',
      'Front desk',
      'Riverside Endoscopy',
      'Mon–Wed 8:00 AM to 5:00 PM',
      'SMS, E-mail',
      'Active',
    ])
      expect(text).toContain(part)
  })

  it('are edited: roles in use are offered to tick, an emptied line goes', async () => {
    await row('Robin Lake').getByRole('link').click()
    expect(await page.getByLabel(/^Nurse/).isChecked()).toBe(true)
    expect(await page.getByRole('main').textContent()).toContain(
      'Secure messages to them open after signing in as staff@riverside.example',
    )
    await page.getByLabel(/^Front desk/).uncheck()
    await page.getByLabel('Other roles').fill('Float pool')
    await line(1).getByLabel('Number or address').fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    expect(await notice().textContent()).toContain('Robin Lake is saved')
    const text = await row('Robin Lake').textContent()
    expect(text).toContain('Float pool')
    expect(text).not.toContain('Front desk')
    expect(text).not.toContain('SMS')
  })

  it('are not overwritten by who edited an older state', async () => {
    await row('Robin Lake').getByRole('link').click()
    const other = await site.open(new URL(page.url()).pathname)
    await other.getByLabel('First name').fill('Robyn')
    await other.getByRole('button', { name: 'Save', exact: true }).click()
    await other.locator('#notice').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    expect(await notice().textContent()).toContain('Somebody else changed them meanwhile')
    expect(await page.getByLabel('First name').inputValue()).toBe('Robyn')
  })

  it('are found by name and role', async () => {
    page = await site.open('/settings/staff?q=nobody')
    expect(await page.getByRole('main').textContent()).toContain('Nobody fits')
    await page.goto('/settings/staff')
    await page.getByLabel('Role').selectOption('Float pool')
    await page.waitForURL('**role=Float+pool**')
    expect(await page.locator('tr.row').count()).toBe(1)
  })

  it('are deactivated and activated again', async () => {
    await page.getByRole('button', { name: 'Deactivate Robyn Lake' }).click()
    expect(await notice().textContent()).toContain('nothing is sent to them')
    expect(await row('Robyn Lake').textContent()).toContain('Inactive')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await row('Robyn Lake').textContent()).toContain('Active')
  })

  it('are deleted only when no action names them', async () => {
    await row('Robyn Lake').getByRole('link').click()
    const address = new URL(page.url()).pathname
    await actionNaming(address.split('/').at(-1) ?? '')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    expect(await notice().textContent()).toContain('is named in “New visit booked”: take them out there first')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    expect(await page.locator('#delete').textContent()).toContain('Named in 1 action')
    expect(await page.locator('#delete').getByRole('link', { name: 'New visit booked' }).count()).toBe(1)

    await page.goto('/settings/staff/new')
    await page.getByLabel('First name').fill('Short')
    await page.getByLabel('Last name').fill('Visitor')
    await page.getByRole('button', { name: 'Add staff' }).click()
    await row('Short Visitor').getByRole('link').click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    expect(await notice().textContent()).toContain('Short Visitor is deleted')
    expect(await row('Short Visitor').count()).toBe(0)
  })

  it('are named where a message goes to them: in the plan, where one can be cancelled, and in the ledger', async () => {
    const to = 'New visit booked to Robyn Lake'
    page = await site.open(`/care-events/${site.practice.careEvents.maria}`)
    const card = page.getByRole('region', { name: to })
    expect(await card.getByRole('heading').textContent()).toContain('to Robyn Lake, staff')
    await card.getByText('Every filter and rule').click()
    expect(await card.textContent()).toContain('named in the action')
    await page.getByRole('button', { name: `Cancel this message: ${to}` }).click()
    expect(await card.textContent()).toContain('Somebody at the practice cancelled this message')
    await page.getByRole('button', { name: `Send it after all: ${to}` }).click()
    expect(await card.textContent()).not.toContain('cancelled this message')

    const sent = site.practice.delivered
    await site.database.inOrganization(site.practice.organizationId, (tx) =>
      tx.query(
        `update delivery set recipient = (select id::text from staff_member where first_name = 'Robyn') where id = $1`,
        [sent],
      ),
    )
    await page.goto('/deliveries')
    expect(await page.locator('tr.row', { hasText: 'to Robyn Lake, staff' }).count()).toBe(1)
    await page.goto(`/deliveries/${sent}`)
    expect(await page.getByRole('heading', { name: 'What Robyn Lake read' }).count()).toBe(1)
    await page.goto(`/patients/${site.practice.patients.maria}`)
    expect(await page.getByRole('main').textContent()).toContain('to Robyn Lake, staff')
  })

  it('are edited by managers, who are not shown who signs in; staff do not see the page', async () => {
    page = await site.open('/settings/staff', { as: 'manager' })
    await row('Robyn Lake').getByRole('link').click()
    expect(await page.getByLabel('Signs in as').count()).toBe(0)
    await page.getByLabel('Last name').fill('Brook')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    expect(await notice().textContent()).toContain('Robyn Brook is saved')
    page = await site.open('/settings/staff', { as: 'staff' })
    expect(await page.getByRole('main').textContent()).toContain('This needs the role manager')
  })

  it('are added without script, too', async () => {
    page = await site.open('/settings/staff/new', { javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
    await page.getByLabel('First name').fill('Plain')
    await page.getByLabel('Last name').fill('Form')
    await line(1).getByLabel('Number or address').fill('555-555-0145')
    await page.getByRole('button', { name: 'Add staff' }).click()
    expect(await row('Plain Form').textContent()).toContain('SMS')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
