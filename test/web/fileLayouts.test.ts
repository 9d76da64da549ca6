import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createEhrSource, getEhrSource } from '../../db/queries/ehrSources.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
let sourceId: string
beforeAll(async () => {
  site = await startSite()
  const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
  const made = await site.database.inOrganization(site.practice.organizationId, (tx) =>
    createEhrSource(tx, { name: 'Nightly export', kind: 'csv', status: 'active' }, site.encryption, by),
  )
  sourceId = made.id
  page = await site.open(`/settings/connections/sources/${sourceId}`)
})
afterAll(() => site.close())

const rows = [
  'Appt ID,Patient ID,First Name,Last Name,DOB,Cell Phone,Start,Status,Location,Memo',
  '4711,P-1,Maria,Quill,3/9/1980,(555) 555-0142,3/9/2026 9:00 AM,Booked,Riverside,bring card',
  '4712,P-2,Devon,Ash,4/1/1971,(555) 555-0143,tomorrow,Booked,Riverside,',
  '4713,P-3,Aiko,Tanaka,,,3/10/2026 10:30 AM,KXL,Riverside,',
].join('\n')

const field = (name: string) => page.getByLabel(name, { exact: true })
const notice = () => page.locator('#notice')
const trial = async () => (await page.locator('#trial').textContent()) ?? ''
const layouts = () =>
  site.database.inOrganization(
    site.practice.organizationId,
    async (tx) => (await getEhrSource(tx, sourceId)).settings.csv.layouts,
  )

async function tryOut(): Promise<string> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/try'))
  await page.getByRole('button', { name: 'What would they become?' }).click()
  await answered
  await page.locator('#trial:not(.htmx-request) .trial-summary').waitFor()
  return trial()
}

describe('a layout of files', () => {
  it('is begun with what a row is', async () => {
    expect(await page.getByRole('main').textContent()).toContain('Until there is one, files are refused')
    await page.getByLabel('Each row of the file is').selectOption('an appointment')
    await page.getByRole('button', { name: 'Add a layout' }).click()
    expect(await field('Name of this layout').inputValue()).toBe('Appointments')
    expect(await page.getByLabel('Due date').count()).toBe(0)
  })

  it('says which fields it lacks, and on a sample which columns there are', async () => {
    await page.getByRole('button', { name: 'Add layout' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual(
      [
        'Id of the record: has to come from a column: without it a row can’t be understood',
        'Start: has to come from a column: without it a row can’t be understood',
        'Id: has to come from a column: without it a row can’t be understood',
      ].map((line) => line.replaceAll('’', "'")),
    )
    await field('The rows').fill(rows)
    const shown = await tryOut()
    expect(shown).toContain('No row can be read yet.')
    expect(shown).toMatch(/Appt ID\s*4711\s*not used/)
  })

  it('is filled in by the names of the columns, and shows what each row would become, the wrong ones first', async () => {
    await page.getByRole('button', { name: 'Fill in by column names' }).click()
    await page.getByText('1 of 3 rows would be taken').waitFor()
    expect(await field('Id of the record needed').inputValue()).toBe('Appt ID')
    expect(await field('Mobile phone').inputValue()).toBe('Cell Phone')
    const parts = await page.locator('.tried h3').allTextContents()
    expect(parts.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'row 3 is not taken',
      'row 4 is not taken',
      'row 2 Appointment 4711',
    ])
    const [wrong, unknown, right] = await page.locator('.tried').allTextContents()
    expect(wrong).toContain('Start')
    expect(unknown).toContain('Status')
    for (const part of ['Mon, Mar 9, 9:00 AM EDT', 'Riverside', 'Maria Quill', '+15555550142', 'Mar 9, 1980'])
      expect(right).toContain(part)
    expect(await trial()).toMatch(/Memo\s*bring card\s*not used/)
  })

  it('takes the EHR’s words, columns that belong together and what is the same in every row', async () => {
    await field('Each on a line').fill('KXL = cancelled')
    await field('First name').fill('')
    await field('Last name').fill('')
    await field('Whole name').fill('First Name + Last Name')
    await field('Provider: name').fill('=Dr. Osei')
    const shown = await tryOut()
    expect(shown).toContain('2 of 3 rows would be taken')
    expect(shown).toContain('Dr. Osei')
    await page.getByRole('button', { name: 'Add layout' }).click()
    expect(await notice().textContent()).toContain('“Appointments” is saved')
    expect(await page.locator('tr.row').textContent()).toMatch(/Appointments.*only what changed/s)
    const [layout] = await layouts()
    expect(layout).toMatchObject({
      rows: 'appointment',
      statuses: { KXL: 'cancelled' },
      snapshot: null,
      fields: {
        id: { columns: ['Appt ID'] },
        patientName: { columns: ['First Name', 'Last Name'], join: ' ' },
        providerName: { constant: 'Dr. Osei' },
      },
    })
    expect(layout?.fields).not.toHaveProperty('firstName')
  })

  it('says what a snapshot is of, and which status is none', async () => {
    await page.getByRole('link', { name: 'Appointments', exact: true }).click()
    expect(await field('Whole name').inputValue()).toBe('First Name + Last Name')
    await page.getByLabel('It has everything of these days').check()
    await field('For so many days').fill('0')
    await field('Each on a line').fill('KXL = gone')
    await field('Between the cells').selectOption('tab')
    await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last().click()
    const problems = await page.getByRole('alert').locator('li').allTextContents()
    expect(problems).toContainEqual(expect.stringMatching(/^Each on a line: “KXL” has to be one of proposed, /))
    await field('Each on a line').fill('KXL = cancelled')
    await field('For so many days').fill('14')
    await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last().click()
    await notice().waitFor()
    expect((await layouts())[0]).toMatchObject({
      delimiter: '\t',
      snapshot: { fromDays: 0, days: 14, facilities: 'inFile', alarmBelowPercent: 50 },
    })
  })

  it('is tried with a file that is chosen', async () => {
    await page.getByRole('link', { name: 'Appointments', exact: true }).click()
    const buffer = Buffer.from(rows.replaceAll(',', '\t'))
    await page.getByLabel('Its first rows, from a file').waitFor()
    await page.getByLabel('Its first rows, from a file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer })
    await page.getByText('2 of 3 rows would be taken').waitFor()
    expect(await page.locator('[data-saved-state]').textContent()).toBe('')
  })

  it('does not overwrite what somebody else saved', async () => {
    const other = await site.open(`/settings/connections/sources/${sourceId}`)
    await other.getByLabel('Name', { exact: true }).fill('Evening export')
    await other.getByRole('button', { name: 'Save', exact: true }).last().click()
    await other.locator('#notice').waitFor()
    await field('Its files are called').fill('appointments*.csv')
    await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last().click()
    expect(await page.locator('.changes tbody').textContent()).toMatch(/Its files are called\s*appointments\*\.csv/)
    await page.getByRole('button', { name: 'Go on editing mine' }).click()
    await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last().click()
    expect(await page.locator('tr.row').textContent()).toContain('appointments*.csv')
  })

  it('works without script', async () => {
    page = await site.open(`/settings/connections/sources/${sourceId}/new-layout?rows=recall`, {
      javaScriptEnabled: false,
    })
    await field('The rows').fill('Recall ID,Patient ID,Due Date\nR-7,P-1,3/9/2027')
    await page.getByRole('button', { name: 'Fill in by column names' }).click()
    expect(await trial()).toMatch(/1 of 1 row would be taken.*Recall R-7.*Mar 9, 2027/s)
    await page.getByRole('button', { name: 'Add layout' }).click()
    expect((await layouts()).map(({ name }) => name)).toEqual(['Appointments', 'Recalls'])
  })

  it('is deleted', async () => {
    page = await site.open(`/settings/connections/sources/${sourceId}/layouts/Recalls`)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    expect(await notice().textContent()).toContain('“Recalls” is deleted')
    expect((await layouts()).map(({ name }) => name)).toEqual(['Appointments'])
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
