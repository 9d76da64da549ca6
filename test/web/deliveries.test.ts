import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const rows = () => page.locator('tr.row')
const trail = (check: string) => page.locator('.why li', { hasText: check }).first()
const text = async (locator: ReturnType<Page['locator']>) =>
  (await locator.textContent())?.replaceAll(/\s+/g, ' ').trim()

describe('the ledger', () => {
  it('lists what was sent, tried or decided against, with the reason', async () => {
    page = await site.open('/deliveries')
    expect(await rows().locator('.title').allTextContents()).toEqual([
      'How was your visit?',
      'Morning-of reminder',
      'Prep instructions',
    ])
    expect(await text(rows().nth(1))).toContain(
      'Skipped It could not be sent in time, and is later than the action accepts.',
    )
    expect(await text(rows().nth(2))).toContain('Delivered')
    expect(await text(rows().nth(2))).toContain('Maria Quill')
  })

  it('filters by status, action and day, with its state in the address', async () => {
    page = await site.open('/deliveries')
    await page.getByLabel('Status').selectOption('skipped')
    await page.waitForURL('**/deliveries?*status=skipped*')
    await rows().nth(1).waitFor({ state: 'detached' })
    expect(await rows().locator('.title').allTextContents()).toEqual(['Morning-of reminder'])
    await page.goto(`/deliveries?actionId=${site.practice.actions.prep}&from=2026-02-24&to=2026-02-24`)
    expect(await rows().count()).toBe(1)
    await page.goto('/deliveries?from=2026-03-01')
    expect(await page.getByText('Nothing matches').count()).toBe(1)
  })

  it('takes nonsense in the address for no filter at all', async () => {
    page = await site.open('/deliveries?status=lost&actionId=7&from=2026-02-30&to=never&patientId=%27')
    expect(await rows().count()).toBe(3)
  })

  it('is one patient’s when it was reached from there', async () => {
    page = await site.open(`/deliveries?patientId=${site.practice.patients.devon}`)
    expect(await text(page.locator('#results'))).toContain('Only Devon Ash')
    await page.getByRole('link', { name: 'show everybody' }).click()
    await rows().nth(2).waitFor()
    expect(await rows().count()).toBe(3)
  })
})

describe('one delivery', () => {
  it('says why: what each filter and rule wanted, saw and did', async () => {
    page = await site.open(`/deliveries/${site.practice.delivered}`)
    expect(await text(trail('Status'))).toContain('wanted booked, saw booked')
    expect(await text(trail('Facility'))).toContain('Riverside Endoscopy')
    expect(await text(trail('Due'))).toContain('Tue, Feb 24, 10:00 AM EST')
    for (const rule of ['Quiet hours', 'Sundays', 'Holidays', 'Recent edit']) expect(await trail(rule).count()).toBe(1)
    expect(await text(page.getByLabel('What happened'))).toContain('Delivered Tue, Feb 24, 1:00:00 PM EST')
    expect(await text(page.locator('.bubble'))).toContain('Hi Maria, your visit with Dr. Osei')
    expect(await text(page.locator('.bubble-note'))).toBe('SMS to (555) 555-0142')
  })

  it('leads to its care event, and that back to it', async () => {
    const { delivered } = site.practice
    page = await site.open(`/deliveries/${delivered}`)
    await page.locator('a[href^="/care-events/"]').first().click()
    await page.getByRole('link', { name: 'The message in the ledger: Prep instructions' }).click()
    await page.waitForURL(`**/deliveries/${delivered}`)
    expect(await text(page.getByLabel('What happened'))).toContain('Delivered Tue, Feb 24, 1:00:00 PM EST')
  })

  it('leads to the workflow, for operators', async () => {
    page = await site.open(`/deliveries/${site.practice.delivered}`)
    const href = await page.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href')
    expect(decodeURIComponent(href ?? '')).toContain(
      `/namespaces/clinics/workflows/appointment/${site.practice.organizationId}/`,
    )
  })

  it('offers no second sending of what arrived', async () => {
    page = await site.open(`/deliveries/${site.practice.delivered}`)
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0)
  })

  it('that another one speaks for leads there', async () => {
    const { organizationId, actions, delivered } = site.practice
    const [follower] = await site.database.inOrganization(organizationId, (tx) =>
      tx.query<{ id: string }>('update delivery set merged_into = $1 where action_id = $2 returning id', [
        delivered,
        actions.morningOf,
      ]),
    )
    page = await site.open(`/deliveries/${follower?.id}`)
    await page.getByRole('link', { name: 'another message' }).click()
    await page.waitForURL(`**/deliveries/${delivered}`)
  })

  it('whose outcome nobody knows is settled by hand, and the record says so', async () => {
    page = await site.open(`/deliveries/${site.practice.unknown}`, { as: 'staff' })
    expect(await page.getByRole('button', { name: 'It was sent' }).count()).toBe(0)
    page = await site.open(`/deliveries/${site.practice.unknown}`, { as: 'manager' })
    await page.getByRole('button', { name: 'It was not sent, leave it' }).click()
    expect(await text(page.locator('#notice'))).toContain('Settled')
    expect(await text(page.locator('.page-head'))).toContain('Failed')
    expect(await text(page.locator('.page-head'))).toContain('Somebody at the practice settled it by hand.')
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.locator('#resend').getByRole('button', { name: 'Send again' }).click()
    expect(await text(page.locator('#notice'))).toContain('decided anew')
  })

  it('that moved on meanwhile says so instead of failing', async () => {
    const stale = await site.open(`/deliveries/${site.practice.delivered}`)
    const token = await stale.locator('input[name=_csrf]').first().inputValue()
    const answer = await stale.request.post(`/deliveries/${site.practice.delivered}/resolve`, {
      form: { outcome: 'sent', _csrf: token },
    })
    expect(answer.status()).toBe(200)
    expect(await answer.text()).toContain('Only a delivery whose outcome is unknown can be settled by hand')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
