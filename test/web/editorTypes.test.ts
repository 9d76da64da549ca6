import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { getCustomAction } from '../../db/queries/customActions.ts'
import { seedEveryKind } from './careEvents.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
  await seedEveryKind(site)
})
afterAll(() => site.close())

const body = () => page.locator('#message-body')
const preview = () => page.locator('#preview')
const reach = () => page.locator('#outlook')
const next = () => preview().getByLabel('Next sends')
const save = async (name: string) => {
  await page.getByRole('button', { name }).click()
  await page.locator('#notice').waitFor()
}
/** The action whose page is open, as it is stored. */
const stored = () =>
  site.database.inOrganization(site.practice.organizationId, (tx) =>
    getCustomAction(tx, new URL(page.url()).pathname.split('/').at(-1)!),
  )
const choose = async (type: string) => {
  page = await site.open('/actions')
  await page.getByRole('button', { name: 'New action' }).click()
  await page
    .locator('#new-action')
    .getByRole('link', { name: new RegExp(`^${type}`) })
    .click()
  await page.getByRole('heading', { level: 1, name: `New ${type.toLowerCase()} action` }).waitFor()
}

describe('an appointment action', () => {
  it('goes to staff by role, and is edited to a list of channels', async () => {
    await choose('Appointment')
    await page.getByLabel('Title').fill('Room for the nurse')
    await page.getByLabel('Staff').check()
    await page.locator('#recipients-roles summary').click()
    await page.locator('#recipients-roles').getByLabel('Nurse').check()
    expect(await page.locator('#recipients-roles [data-chosen]').textContent()).toBe('Nurse (1)')
    await body().fill('{{ recipient.firstName }}: {{ patient.firstName }} comes {{ appointment.start }}.')
    await preview().getByText('Ada: Devon comes Fri, Mar 6, 1:00 PM EST.').waitFor()
    await reach().getByText('to 1 staff').waitFor()
    await save('Save and activate')
    await page.getByText('channels, lateness').click()
    await page.getByLabel('In this order').check()
    await page.getByLabel('Channel to try first').selectOption('email')
    await page.getByLabel('Channel to try second').selectOption('sms')
    await page.getByLabel('Outreach').check()
    await save('Save changes')
    expect(await page.locator('.more > summary').textContent()).toContain('by E-mail, then SMS, outreach')
    expect(await stored()).toMatchObject({
      recipients: { kind: 'staff', roles: ['Nurse'] },
      channels: { override: ['email', 'sms'] },
      category: 'outreach',
    })
  })

  it('leads from the figures of its reach to the messages behind them, and back to the form', async () => {
    await choose('Appointment')
    await page.getByLabel('Title').fill('A word to everybody')
    await page.getByLabel('How many').fill('3')
    await body().fill('Hello {{ patient.firstName }}.')
    await reach().getByText('2 messages to 2 patients').waitFor()
    await reach().getByRole('button', { name: 'Show them one by one' }).click()
    await page.getByRole('heading', { level: 1, name: 'Reach, one by one' }).waitFor()
    const rows = page.locator('tr.row')
    await page.getByRole('button', { name: /^Goes out/ }).click()
    await page.locator('button[aria-pressed=true]', { hasText: /Goes out/ }).waitFor()
    await rows.nth(1).waitFor()
    expect(await rows.count()).toBe(2)
    await rows.first().getByText('Maria Quill').waitFor()
    await page.getByRole('button', { name: 'Back to the editor' }).click()
    expect(await page.getByLabel('Title').inputValue()).toBe('A word to everybody')
    expect(await body().inputValue()).toBe('Hello {{ patient.firstName }}.')
  })

  it('needs somebody to go to', async () => {
    await choose('Appointment')
    await page.getByLabel('Title').fill('To nobody')
    expect(await page.getByText('Nobody is chosen yet').isVisible()).toBe(false)
    await page.getByLabel('Staff').check()
    await page.getByText('Nobody is chosen yet: tick the providers, a role or a person.').waitFor()
    await body().fill('Hello {{ recipient.firstName }}.')
    await preview().getByText('Hello Robin.').waitFor()
    await page.getByLabel('own providers').check()
    await page.getByText('Nobody is chosen yet').waitFor({ state: 'hidden' })
    await page.getByLabel('own providers').uncheck()
    await page.getByLabel('Title').fill('')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Title: a title is needed/),
      expect.stringMatching(/^Recipients: name staff, a role/),
    ])
    expect(await page.getByLabel('Staff').isChecked()).toBe(true)
  })
})

describe('a recall action', () => {
  it('counts weeks from the due date, and says them so again', async () => {
    await choose('Recall')
    await page.getByLabel('Title').fill('Time for a check-up')
    await page.getByLabel('How many').fill('2')
    await page.getByLabel('Unit').selectOption('weeks')
    await body().fill('{{ patient.firstName }}, your {{ recall.dueDate | date_short }} visit is due.')
    await preview().getByText('Maria, your Mar 25 visit is due.').waitFor()
    expect(await next().locator('li').allTextContents()).toEqual([
      expect.stringMatching(/Maria Quill\s*Wed, Mar 11, 10:00 AM EDT/),
    ])
    await reach().getByText('1 message to 1 patient').waitFor()
    expect(await page.locator('#filter-statuses').count()).toBe(0)
    await save('Save and activate')
    expect(await stored()).toMatchObject({
      type: 'recall',
      timing: { offset: 14, unit: 'days', anchor: 'dueDate', direction: 'before' },
      category: 'outreach',
    })
    expect(await page.getByLabel('Unit').inputValue()).toBe('weeks')
    await page.getByLabel('Before or after').selectOption('after')
    await save('Save changes')
    expect((await stored()).timing.direction).toBe('after')
  })
})

describe('a procedure action', () => {
  it('is sent after it, by code, as a secure message', async () => {
    await choose('Procedure')
    await page.getByLabel('Title').fill('After a colonoscopy')
    expect(await page.getByLabel('Before or after').count()).toBe(0)
    expect(await page.getByLabel('Contains PHI').isChecked()).toBe(true)
    await page.getByLabel('Only with these codes').check()
    await page.getByLabel('Add codes').fill('45378-45398, 453')
    await page.getByRole('button', { name: 'Add', exact: true }).first().click()
    await page.locator('.chips').getByText('45378-45398').waitFor()
    expect(await page.locator('#codes .error').textContent()).toContain("'453' is not a code of CPT")
    await page.getByLabel('Add codes').fill('')
    await body().fill('How do you feel after your {{ procedure.name | default: "procedure" }}?')
    await preview().getByText('has a private message for you').waitFor()
    expect(await preview().locator('.opened').textContent()).toBe('How do you feel after your procedure?')
    await reach().getByText('1 message to 1 patient').waitFor()
    await save('Save and activate')
    expect(await stored()).toMatchObject({
      timing: { direction: 'after', anchor: 'procedureDate' },
      message: { containsPhi: true },
      filters: { codes: [{ system: 'cpt', code: '45378-45398' }] },
    })
    await page.getByRole('button', { name: 'Remove CPT 45378-45398' }).click()
    await page.locator('.chips').getByText('45378-45398').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Any procedure').isChecked()).toBe(true)
    await save('Save changes')
    expect((await stored()).filters.codes).toBeNull()
  })

  it('says why there is no PHI in it when an admin says so, and offers nothing that names it', async () => {
    await choose('Procedure')
    await page.getByLabel('Title').fill('Call us')
    await page.getByLabel('Contains PHI').uncheck()
    await body().fill('About {{ procedure.code }}: call us.')
    await page.locator('#message-body-error').getByText('procedure.code').waitFor()
    await body().fill('Call us.')
    await page.getByRole('button', { name: 'Save as inactive' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Reason: say why this message about a procedure contains no PHI/),
    ])
    await page.getByLabel('Why is there no PHI in it?').fill('It only asks to call.')
    await save('Save as inactive')
    expect((await stored()).message).toMatchObject({ containsPhi: false, phiReason: 'It only asks to call.' })
  })

  it('stays secure for a manager, who is told who may change it', async () => {
    page = await site.open('/actions/new?type=procedure', { as: 'manager' })
    expect(await page.getByLabel('Contains PHI').isDisabled()).toBe(true)
    await page.getByLabel('Title').fill('By a manager')
    await body().fill('How are you?')
    await save('Save as inactive')
    expect((await stored()).message?.containsPhi).toBe(true)
  })
})

describe('a diagnosis action', () => {
  it('finds codes by their names, and goes out again after a while', async () => {
    await choose('Diagnosis')
    await page.getByLabel('Title').fill('Diabetes school')
    await page.getByLabel('Only with these codes').check()
    await page.getByLabel('Add codes').pressSequentially('type 2 diabetes')
    const offers = page.getByRole('listbox', { name: 'Codes' }).getByRole('option')
    await offers.first().waitFor()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByLabel('Add codes').getAttribute('aria-activedescendant')).toBe('code-0')
    const pattern = (await offers.first().locator('code').textContent())!
    await page.keyboard.press('Enter')
    await page.locator('.chips').getByText(pattern, { exact: true }).waitFor()
    expect(await page.locator('.chips').textContent()).toMatch(/type 2 diabetes/i)
    await body().fill('Hi {{ patient.firstName }}, about {{ diagnosis.code }}: join us.')
    await page.getByText('channels, lateness').click()
    await page.getByLabel('The same diagnosis again').fill('180')
    await save('Save and activate')
    expect(await stored()).toMatchObject({
      filters: { codes: [{ system: 'icd10', code: pattern }] },
      timing: { repeatAfterDays: 180, anchor: 'diagnosisDate' },
    })
  })
})

describe('an extra reminder', () => {
  it('sends a template when an appointment is booked', async () => {
    await choose('Extra reminder')
    await page.getByLabel('Title').fill('Thank you for booking')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Template: an extra reminder sends a message template: name one/),
    ])
    await page.getByLabel('Message template').selectOption({ label: 'See you soon' })
    await preview()
      .getByText(/^Hi (Maria|Devon|Aiko), see you soon\.$/)
      .waitFor()
    await page.getByLabel('What it counts from').selectOption('created')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    expect(await page.getByRole('alert').locator('li').first().textContent()).toContain('use after')
    await page.getByLabel('Before or after').selectOption('after')
    await page.getByLabel('How many').fill('1')
    await page.getByLabel('Unit').selectOption('hours')
    expect(await page.getByLabel('Staff').count()).toBe(0)
    await save('Save and activate')
    expect(await stored()).toMatchObject({
      type: 'extraReminder',
      message: null,
      timing: { offset: 1, unit: 'hours', direction: 'after', anchor: 'created', timeOfDay: null },
    })
  })
})

describe('a type that is switched off', () => {
  it('is listed with where to switch it on, and says so in the editor', async () => {
    await site.database.inOrganization(site.practice.organizationId, (tx) =>
      tx.query("update organization set enabled_action_types = array_remove(enabled_action_types, 'recall')"),
    )
    page = await site.open('/actions')
    await page.getByRole('button', { name: 'New action' }).click()
    const recall = page.locator('#new-action .off')
    expect(await recall.textContent()).toMatch(/Recall\s*switched off/)
    expect(await recall.getByRole('link').getAttribute('href')).toBe('/settings/types')
    await page.goto('/actions/new?type=recall')
    expect(await page.getByRole('main').textContent()).toContain('Recall actions are switched off for your practice.')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
