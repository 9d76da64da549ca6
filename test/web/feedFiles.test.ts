import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../support/csvFiles.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
  const { database, encryption, now: clock } = site
  const { organizationId } = site.practice
  const source = await csvSource({ database, encryption, organizationId, clock }, [appointmentLayout])
  const lines = [
    appointmentLine('f-1', { Chart: 'vane', Cell: '(555) 555-0102' }),
    appointmentLine('f-2', { Chart: 'vane', Cell: '(555) 555-0102', Date: 'soon' }),
  ]
  await source.store(appointmentFile(lines), { name: 'monday.csv' })
  await source.work()
})
afterAll(() => site.close())

const inFiles = async () =>
  (await page.getByRole('region', { name: 'In files' }).getByRole('row').allTextContents())
    .slice(1)
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())

describe('the feed, asked for an id', () => {
  it('finds the rows of files that changed something or were not taken, and why', async () => {
    page = await site.open('/feed?id=vane')
    const [changed, rejected, ...others] = await inFiles()
    expect(changed).toMatch(/^monday\.csv ?Files ?2 ?Changed something ?f-1, vane/)
    expect(rejected).toMatch(/^monday\.csv ?Files ?3 ?Not taken ?“Date, Time” .* ?f-2, vane/)
    expect(others).toEqual([])
    expect(await page.getByText('Nothing matches').count()).toBe(0)
    await page.goto('/feed?id=f-2')
    expect(await inFiles()).toHaveLength(1)
  })

  it('says that nothing matches when no row has it either, and looks for no rows by other filters', async () => {
    await page.goto('/feed?id=nobody')
    expect(await page.getByText('Nothing matches').count()).toBe(1)
    await page.goto('/feed?id=vane&kind=Appointment')
    expect(await page.getByRole('region', { name: 'In files' }).count()).toBe(0)
  })
})
