import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const text = async (locator: ReturnType<Page['locator']>) =>
  (await locator.textContent())?.replaceAll(/\s+/g, ' ').trim()
const coming = () => page.getByRole('region', { name: 'Coming' })
const notice = () => page.locator('#notice')

describe('patients', () => {
  it('are found by a part of the name while one types, or by the whole record number', async () => {
    page = await site.open('/patients')
    expect(await page.locator('tr.row .title').allTextContents()).toEqual([
      'Devon Ash',
      'Maria Quill',
      'Aiko Tanaka-Featherstonehaugh',
    ])
    await page.getByRole('searchbox').fill('feather')
    await page.locator('tr.row').nth(1).waitFor({ state: 'detached' })
    expect(await page.locator('tr.row .title').allTextContents()).toEqual(['Aiko Tanaka-Featherstonehaugh'])
    await page.goto('/patients?q=M-0143')
    expect(await page.locator('tr.row .title').allTextContents()).toEqual(['Devon Ash'])
    await page.goto('/patients?q=nobody')
    expect(await page.getByText('Nobody of that name').count()).toBe(1)
    await page.goto('/patients?q=no%00body')
    expect(await page.getByText('Nobody of that name').count()).toBe(1)
  })
})

describe('a patient', () => {
  it('sees coming and past messages in one line of time', async () => {
    page = await site.open(`/patients/${site.practice.patients.maria}`)
    expect(await coming().locator('li > .strong').allTextContents()).toEqual([
      'Prep instructions',
      'Morning-of reminder',
      'How was your visit?',
    ])
    expect(await text(coming())).toContain('Sat, Mar 7, 10:00 AM EST (in 3 days) by SMS')
    expect(await text(coming())).toContain('Sat, Mar 7, 7:00 PM EST (in 3 days) by SMS')
    expect(await text(page.getByRole('region', { name: 'So far' }))).toContain('Prep instructions Delivered by SMS')
    await coming().getByText('Why then').first().click()
    expect(await text(coming().locator('.why').first())).toContain('2 days before the appointment')
  })

  it('who opted out by phone gets nothing any more, until opted in again', async () => {
    page = await site.open(`/patients/${site.practice.patients.devon}`)
    await page.getByRole('button', { name: /^Opt out: SMS to \(555\) 555-0143/ }).click()
    expect(await text(page.getByRole('region', { name: /How to reach/ }))).toContain('Opted out')
    expect(await text(coming())).toContain('Nothing is planned for Devon.')
    await page.getByRole('button', { name: /^Opt in again/ }).click()
    expect(await text(page.getByRole('region', { name: /How to reach/ }))).toContain('Opted in')
  })

  it('is muted and unmuted with one button', async () => {
    page = await site.open(`/patients/${site.practice.patients.aiko}`)
    await page.getByRole('button', { name: 'Mute all messages' }).click()
    expect(await text(page.locator('.page-head'))).toContain('muted')
    expect(await text(coming())).toContain('Messages are muted.')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await text(page.locator('.page-head'))).not.toContain('muted')
  })
})

describe('a care event', () => {
  it('says what every action means for it, also those that do not send, and why', async () => {
    page = await site.open(`/care-events/${site.practice.careEvents.maria}`)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Colonoscopy, Mon, Mar 9, 9:00 AM EDT')
    expect(await page.locator('section h2').allTextContents()).toEqual([
      'Prep instructions',
      'Morning-of reminder',
      'How was your visit?',
      'New-patient forms',
    ])
    expect(await text(page.getByRole('region', { name: 'New-patient forms' }))).toContain('The action is not active.')
    const rules = page.getByRole('region', { name: 'Morning-of reminder' })
    await rules.getByText('Every filter and rule').click()
    expect(await text(rules.locator('.why li', { hasText: 'Quiet hours' }))).toContain(
      'Mon, Mar 9, 7:00 AM EDT is in quiet hours',
    )
  })

  it('has one planned message cancelled, and sent after all', async () => {
    page = await site.open(`/care-events/${site.practice.careEvents.maria}`)
    const prep = page.getByRole('region', { name: 'Prep instructions' })
    await prep.getByRole('button', { name: /^Cancel this message/ }).click()
    expect(await text(notice())).toContain('this message is not sent')
    expect(await text(prep)).toContain('Skipped · Somebody at the practice cancelled this message.')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await text(prep)).toContain('Planned Sat, Mar 7, 10:00 AM EST')
    await prep.getByRole('button', { name: /^Cancel this message/ }).click()
    await prep.getByRole('button', { name: /^Send it after all/ }).click()
    expect(await text(prep)).toContain('Planned Sat, Mar 7, 10:00 AM EST')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
