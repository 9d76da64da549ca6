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
    await page.getByRole('button', { name: 'Save settings' }).click()
    expect(await notice().textContent()).toContain('Settings saved')
    expect(await page.getByLabel('Friday, from').inputValue()).toBe('18:00')
    expect(await page.getByLabel('Saturday, from').inputValue()).toBe('')
    await page.goto('/actions')
    expect(await page.locator('tr.row', { hasText: 'Morning-of' }).textContent()).toContain('holds until 10:18 AM')
  })

  it('is told what is wrong beside the field, and keeps what was typed', async () => {
    page = await site.open('/settings')
    await page.getByLabel('Time zone').fill('Eastern')
    await page.getByLabel('Monday, to').fill('')
    await page.getByRole('button', { name: 'Save settings' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
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

describe('practice resources', () => {
  it('are switched off and on one by one, and an action that names one shows it', async () => {
    page = await site.open('/settings/resources/appointment-types')
    await page.getByRole('button', { name: 'Switch off Colonoscopy' }).click()
    expect(await row('Colonoscopy').textContent()).toContain('Off')
    await page.goto(`/actions/${site.practice.actions.prep}`)
    await page.locator('#filter-appointmentTypeIds summary').click()
    expect(
      await page.locator('#filter-appointmentTypeIds .choice', { hasText: 'Colonoscopy' }).textContent(),
    ).toContain('switched off')
    await page.goto('/settings/resources/appointment-types')
    await page.getByRole('button', { name: 'Switch on Colonoscopy' }).click()
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await row('Colonoscopy').textContent()).toContain('Off')
  })

  it('are switched off as a whole', async () => {
    page = await site.open('/settings/resources')
    await page.waitForURL('**/settings/resources/facilities')
    await page.getByRole('button', { name: 'Switch off all facilities' }).click()
    expect(await page.getByRole('main').textContent()).toContain('Facilities are switched off as a whole')
    await page.getByRole('button', { name: 'Switch facilities on again' }).click()
    expect(await page.getByRole('main').textContent()).not.toContain('switched off as a whole')
  })
})

describe('connections', () => {
  it('shows a new secret once, and it works', async () => {
    page = await site.open('/settings/connections')
    await page.getByLabel('Name of a new key').fill('Nightly export')
    await page.getByLabel('Role').selectOption('staff')
    await page.getByRole('button', { name: 'Add key' }).click()
    const header = await page.locator('.notice code').textContent()
    const answer = await fetch(`${site.url}/api/patients`, { headers: { authorization: header ?? '' } })
    expect(answer.status).toBe(200)
    await page.goto('/settings/connections')
    expect(await page.locator('.notice').count()).toBe(0)
    await page.getByRole('button', { name: 'Revoke Nightly export' }).click()
    expect((await fetch(`${site.url}/api/patients`, { headers: { authorization: header ?? '' } })).status).toBe(401)
  })

  it('adds an EHR source, changes its secret and switches it off', async () => {
    page = await site.open('/settings/connections')
    await page.getByLabel('Name of a new source').fill('Riverside EHR')
    await page.getByRole('button', { name: 'Add source' }).click()
    const first = await page.locator('.notice code').last().textContent()
    await page.getByRole('button', { name: 'New secret for Riverside EHR' }).click()
    await page.getByRole('button', { name: 'Make a new secret' }).click()
    expect(await page.locator('.notice code').last().textContent()).not.toBe(first)
    await page.goto('/settings/connections')
    await page.getByRole('button', { name: 'Switch off Riverside EHR' }).click()
    expect(await page.getByLabel('EHR sources').textContent()).toContain('Switched off')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
