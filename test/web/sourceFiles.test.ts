import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { appointmentFile, appointmentLayout, appointmentLine, csvSource } from '../support/csvFiles.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
let source: Awaited<ReturnType<typeof csvSource>>
let path: string
beforeAll(async () => {
  site = await startSite()
  const { database, encryption, now: clock } = site
  const { organizationId } = site.practice
  source = await csvSource({ database, encryption, organizationId, clock }, [{ ...appointmentLayout, snapshot: {} }])
  path = `/settings/connections/sources/${source.id}/files`
  page = await site.open(`/settings/connections/sources/${source.id}`)
})
afterAll(() => site.close())

const notice = () => page.locator('#notice')
const newest = () => page.locator('.file-list > li').first()
const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => appointmentLine(`s-${n}`, { Chart: `p-${n}`, Date: '3/9/2026' }))

async function upload(name: string, text: string): Promise<void> {
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('button', { name: 'Upload' }).click()
  await notice().waitFor()
}
async function decide(button: string): Promise<void> {
  await newest().getByRole('button', { name: button }).click()
  await notice().waitFor()
}

describe('files of a source', () => {
  it('are uploaded, imported in the background, and say what became of their rows', async () => {
    await page.getByRole('link', { name: 'Files: upload' }).click()
    expect(await page.getByRole('main').textContent()).toContain('No file has come yet')
    await upload('monday.csv', appointmentFile(lines(24)))
    expect(await notice().textContent()).toContain('“monday.csv” is stored, and is being imported')
    expect(await newest().textContent()).toContain('Waiting')
    await source.work()
    // The page asks for news by itself.
    await newest().getByText('24 changed something').waitFor()
    await page.locator('#said').getByText('monday.csv: Imported').waitFor({ state: 'attached' })
    expect(await newest().textContent()).toMatch(/monday\.csv\s*Imported/)
  })

  it('that shrank are held until somebody decides', async () => {
    await page.goto(path)
    await upload('tuesday.csv', appointmentFile(lines(10)))
    await source.work()
    await newest().getByText('It has 10 rows, and the last one had 24.').waitFor()
    await decide('Import nothing of it')
    expect(await newest().textContent()).toContain('Rejected')
    await upload('tuesday-2.csv', appointmentFile(lines(11)))
    await source.work()
    await newest().getByText('It has 11 rows').waitFor()
    await decide('Import it, and cancel what is missing')
    await source.work()
    await newest().getByText('13 cancelled because missing').waitFor()
  })

  it('give the rows that were not taken as a file', async () => {
    await page.goto(path)
    await upload('wednesday.csv', appointmentFile([...lines(11), appointmentLine('bad', { Date: 'soon' })]))
    await source.work()
    await newest().getByText('1 not taken').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      newest().getByRole('link', { name: 'Rows that were not taken' }).click(),
    ])
    const rejects = Buffer.concat(await (await download.createReadStream()).toArray()).toString()
    expect(rejects).toMatch(/\r\nbad,.*soon/)
  })

  it('are ended and begun again', async () => {
    await page.goto(path)
    await upload('thursday.csv', appointmentFile(lines(12)))
    // The list is made anew every two seconds: whoever is at a button stays there.
    const button = newest().getByRole('button', { name: 'End the import (thursday.csv)' })
    await button.focus()
    const before = await button.elementHandle()
    await page.waitForFunction((element) => element?.isConnected === false, before)
    expect(await button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
    await decide('End the import')
    expect(await newest().textContent()).toContain('Cancelled')
    await decide('Import again (thursday.csv)')
    await source.work()
    await newest().getByText('Imported', { exact: true }).waitFor()
  })

  it('that cannot be read are refused at once, with what is wrong', async () => {
    await page.goto(path)
    await upload('other.csv', 'Name,Phone\nMaria,555')
    const told = await notice().textContent()
    expect(told).toContain('“other.csv” cannot be imported')
    expect(told).toContain('“Appt Id” is no column of the file')
    await upload('saturday.csv', appointmentFile(lines(13)))
    await upload('again.csv', appointmentFile(lines(13)))
    expect(await notice().textContent()).toContain('is the same as the last one')
  })

  it('are uploaded without script, and taken from our own pages only', async () => {
    page = await site.open(path, { javaScriptEnabled: false })
    await upload('friday.csv', appointmentFile(lines(14)))
    expect(await newest().textContent()).toContain('friday.csv')
    const multipart = { _csrf: 'guessed', file: { name: 'evil.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') } }
    expect((await page.request.post(path, { multipart })).status()).toBe(403)
    const manager = await site.open('/actions', { as: 'manager' })
    expect((await manager.request.post(path, { multipart })).status()).toBe(403)
    expect((await page.request.post(path, { data: 'x' })).status()).toBe(415)
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
