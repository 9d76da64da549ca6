import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const notice = () => page.locator('#notice')
const row = (name: string) => page.locator('tr.row', { hasText: name })

describe('the practice', () => {
  it('changes its delivery rules, by weekday', async () => {
    page = await site.open('/settings')
    await page.getByLabel('Friday, from').fill('18:00')
    await page.getByLabel('Saturday, from').fill('')
    await page.getByLabel('Saturday, to').fill('')
    await page.getByLabel('Minutes after an edit').fill('30')
    await page.getByLabel('Booking page').fill('https://example.org/book')
    await page.getByLabel('Delete what the EHR sent').fill('30')
    await page.getByRole('button', { name: 'Save settings' }).click()
    expect(await notice().textContent()).toContain('Settings saved')
    expect(await page.getByLabel('Friday, from').inputValue()).toBe('18:00')
    expect(await page.getByLabel('Saturday, from').inputValue()).toBe('')
    expect(await page.getByLabel('Booking page').inputValue()).toBe('https://example.org/book')
    expect(await page.getByLabel('Delete what the EHR sent').inputValue()).toBe('30')
    expect(await page.getByLabel('And what was refused').inputValue()).toBe('365')
    await page.goto('/actions')
    expect(await page.locator('tr.row', { hasText: 'Morning-of' }).textContent()).toContain('holds until 10:18 AM')
  })

  it('is told what is wrong beside the field, and keeps what was typed', async () => {
    page = await site.open('/settings')
    await page.getByLabel('Time zone').fill('Eastern')
    await page.getByLabel('Monday, to').fill('')
    await page.getByLabel('Booking page').fill('example.org')
    await page.getByLabel('And what was refused').fill('')
    await page.getByRole('button', { name: 'Save settings' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Booking page: a booking page is an https address/),
      expect.stringMatching(/^Days refused messages are kept: a number of days is from 1 to 3650/),
      expect.stringMatching(/^Quiet hours: a time of day is HH:mm/),
      expect.stringMatching(/^Time zone: choose a zone/),
    ])
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Eastern')
  })

  it('does not overwrite what another admin saved meanwhile', async () => {
    page = await site.open('/settings')
    const other = await site.open('/settings')
    await other.getByLabel('Name', { exact: true }).fill('Riverside Clinic')
    await other.getByRole('button', { name: 'Save settings' }).click()
    await other.locator('#notice').waitFor()
    await page.getByRole('button', { name: 'Save settings' }).click()
    expect(await notice().textContent()).toContain('Somebody else changed the settings meanwhile')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Riverside Clinic')
  })

  it('pauses everything, says so on every page, and goes on', async () => {
    page = await site.open('/settings')
    await page.getByRole('button', { name: 'Pause all messages' }).click()
    await page.locator('#pause').getByRole('button', { name: 'Pause all messages' }).click()
    await page.goto(`/patients/${site.practice.patients.maria}`)
    expect(await page.locator('.banner').textContent()).toContain('All messages are paused.')
    expect(await page.getByRole('region', { name: 'Coming' }).textContent()).toContain('Nothing is planned')
    await page.getByRole('button', { name: 'Resume messages' }).click()
    expect(await page.locator('.banner').count()).toBe(0)
  })

  it('is read by a manager, and changed by admins only', async () => {
    page = await site.open('/settings', { as: 'manager' })
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Save settings' }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'EHR and API' }).count()).toBe(0)
  })
})

describe('types of actions', () => {
  it('are switched one by one: off says what it drops, and can be taken back', async () => {
    page = await site.open('/settings/types')
    expect(await row('Recall actions').textContent()).toMatch(/Off\s*Switch on/)
    await page.getByRole('button', { name: 'Switch on Recall actions' }).click()
    expect(await notice().textContent()).toContain('Recall actions are on')
    const waiting = Number(await row('Appointment actions').locator('[data-label=Waiting]').textContent())
    expect(waiting).toBeGreaterThan(1)
    await page.getByRole('button', { name: 'Switch off Appointment actions' }).click()
    await page.getByRole('button', { name: `Switch off and drop ${waiting} waiting messages` }).click()
    expect(await notice().textContent()).toContain(
      `Appointment actions are off: ${waiting} waiting messages are dropped.`,
    )
    await page.goto(`/care-events/${site.practice.careEvents.maria}`)
    expect(await page.getByRole('main').textContent()).toContain('switched off for the organization')
    await page.goto('/settings/types')
    await page.getByRole('button', { name: 'Switch on Appointment actions' }).click()
    expect(await row('Appointment actions').textContent()).toContain('On')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await row('Appointment actions').textContent()).toContain('Off')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await row('Appointment actions').textContent()).toContain('On')
  })

  it('are seen by a manager and switched by admins only', async () => {
    page = await site.open('/settings/types', { as: 'manager' })
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})

describe('practice resources', () => {
  it('are switched off and on one by one, and an action that names one shows it', async () => {
    page = await site.open('/settings/resources/appointment-types')
    const waiting = await row('Colonoscopy').locator('[data-label=Waiting]').textContent()
    await page.getByRole('button', { name: 'Switch off Colonoscopy' }).click()
    await page.getByRole('button', { name: `Switch off and drop ${waiting} waiting messages` }).click()
    expect(await notice().textContent()).toContain(`Colonoscopy is off: ${waiting} waiting messages are dropped.`)
    expect(await row('Colonoscopy').textContent()).toContain('Off')
    await page.goto(`/actions/${site.practice.actions.prep}`)
    await page.locator('#filter-appointmentTypeIds summary').click()
    expect(
      await page.locator('#filter-appointmentTypeIds .choice', { hasText: 'Colonoscopy' }).textContent(),
    ).toContain('switched off')
    await page.goto(`/care-events/${site.practice.careEvents.maria}`)
    expect(await page.getByRole('main').textContent()).toContain('The appointment type is switched off.')
    await page.goto('/settings/resources/appointment-types')
    await page.getByRole('button', { name: 'Switch on Colonoscopy' }).click()
    expect(await row('Colonoscopy').textContent()).toContain('On')
  })

  it('are searched, selected and switched together, and that is taken back where it was done', async () => {
    page = await site.open('/settings/resources/appointment-types')
    await page.getByLabel('Search names').fill('TELE')
    await row('Annual physical').waitFor({ state: 'detached' })
    expect(await page.locator('tr.row').count()).toBe(1)
    await page.getByLabel('Search names').fill('l')
    await row('Annual physical').waitFor()
    const shown = await page.locator('tr.row').count()
    await page.getByLabel('Select Telehealth').check()
    await page.getByLabel('Select Annual physical').check()
    expect(await page.locator('[data-selected-count]').textContent()).toBe('2 selected')
    await page.getByRole('button', { name: 'Switch off, and drop what waits for them' }).click()
    expect(await notice().textContent()).toContain('2 appointment types are off: nothing about it is planned.')
    expect(new URL(page.url()).search).toBe('?q=l')
    await page.getByLabel('State').selectOption('off')
    await row('Lab work').waitFor({ state: 'detached' })
    expect(await page.locator('tr.row').count()).toBe(2)
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await page.locator('tr.row').count()).toBe(shown)
    expect(await row('Telehealth').textContent()).toContain('On')
  })

  it('have a name of the practice’s own and may be sensitive; what was not changed stays the EHR’s', async () => {
    page = await site.open('/settings/resources/facilities')
    await page.getByRole('link', { name: 'Riverside Endoscopy' }).click()
    await page.getByLabel('Name in messages').fill('Riverside, second floor')
    await page.getByLabel('Sensitive').check()
    await page.getByLabel('Time zone').fill('Eastern')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('alert').textContent()).toContain("'Eastern' is not an IANA time zone")
    expect(await page.getByLabel('Name in messages').inputValue()).toBe('Riverside, second floor')
    await page.getByLabel('Time zone').fill('America/New_York')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await row('Riverside, second floor').textContent()).toContain('sensitive')
    const [stored] = await site.database.inOrganization(site.practice.organizationId, (tx) =>
      tx.query<{ own: string[] }>('select practice_set as own from facility where id = $1', [site.practice.facility]),
    )
    expect(stored?.own).toEqual(['publicName', 'sensitive'])
  })

  it('are switched off as a whole', async () => {
    page = await site.open('/settings/resources')
    await page.waitForURL('**/settings/resources/facilities')
    await page.getByRole('button', { name: 'Switch off all facilities' }).click()
    await page.getByRole('button', { name: /^Switch off and drop \d+ waiting messages$/ }).click()
    expect(await page.getByRole('main').textContent()).toContain('Facilities are switched off as a whole')
    await page.getByRole('button', { name: 'Switch on all facilities' }).click()
    expect(await page.getByRole('main').textContent()).not.toContain('switched off as a whole')
  })

  it('start on or off when the EHR names them, as the practice wants', async () => {
    page = await site.open('/settings/resources/providers')
    await page.getByRole('button', { name: 'Let new ones start on' }).click()
    expect(await notice().textContent()).toContain('starts on')
    expect(await page.getByRole('button', { name: 'Let new ones start off' }).count()).toBe(1)
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await page.getByRole('button', { name: 'Let new ones start on' }).count()).toBe(1)
  })
})

describe('connections', () => {
  it('shows a new secret once, and it works', async () => {
    page = await site.open('/settings/connections')
    await page.getByLabel('Name of a new key').fill('Nightly export')
    await page.getByLabel('Role').selectOption('staff')
    await page.getByRole('button', { name: 'Add key' }).click()
    const header = await page.locator('#secret code').textContent()
    const answer = await fetch(`${site.url}/api/patients`, { headers: { authorization: header ?? '' } })
    expect(answer.status).toBe(200)
    await page.goto('/settings/connections')
    expect(await page.locator('#secret').count()).toBe(0)
    await page.getByRole('button', { name: 'Revoke Nightly export' }).click()
    expect((await fetch(`${site.url}/api/patients`, { headers: { authorization: header ?? '' } })).status).toBe(401)
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
