import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { getEhrSource } from '../../db/queries/ehrSources.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const notice = () => page.locator('#notice')
const secret = () => page.locator('#secret code').last().textContent()
const field = (name: string) => page.getByLabel(name, { exact: true })
const save = () => page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last()
const idInUrl = () => page.url().split('/').at(-1) as string
const stored = (id: string) => site.database.inOrganization(site.practice.organizationId, (tx) => getEhrSource(tx, id))

/** Adds a source, and opens its page. */
async function add(name: string, kind: string): Promise<void> {
  page = await site.open('/settings/connections')
  await page.getByLabel('Name of a new source').fill(name)
  await page.getByLabel('It sends').selectOption(kind)
  await page.getByRole('button', { name: 'Add source' }).click()
}

async function tryOut(message: string): Promise<string> {
  await page.getByLabel('A message to try').fill(message)
  const answered = page.waitForResponse((response) => response.url().endsWith('/try'))
  await page.getByRole('button', { name: 'What would it become?' }).click()
  await answered
  await page.locator('#trial:not(.htmx-request) .trial-summary').waitFor()
  return (await page.locator('#trial').textContent()) ?? ''
}

const messageCount = () =>
  site.database.inOrganization(site.practice.organizationId, async (tx) => {
    const [row] = await tx.query<{ n: string }>('select count(*) as n from inbound_message')
    return Number(row?.n)
  })

describe('an EHR source', () => {
  let first: string | null
  it('is added with its kind, and says how to connect: with the secret this once', async () => {
    await add('Riverside EHR', 'FHIR R4')
    first = await secret()
    expect(first).toMatch(/^\S{32,}$/)
    const ways = await page.getByLabel('Over HTTPS').textContent()
    expect(ways).toContain(`${site.url}/ehr/fhir`)
    expect(ways).toContain('curl -X POST')
    expect(ways).not.toContain(await secret())
    await page.goto('/settings/connections')
    expect(await page.locator('tr.row').textContent()).toMatch(/Riverside EHR.*FHIR R4.*Active.*nothing yet/s)
    await page.getByRole('link', { name: 'Riverside EHR' }).click()
    expect(await page.locator('#secret').count()).toBe(0)
  })

  it('gets a new secret after a question', async () => {
    const id = idInUrl()
    await page.getByRole('button', { name: 'New secret' }).click()
    expect(await page.locator('#rotate').textContent()).toContain('The old one stops working at once')
    await page.getByRole('button', { name: 'Make a new secret' }).click()
    expect(await secret()).not.toBe(first)
    expect((await stored(id)).version).toBe(2)
  })

  it('is renamed and switched off', async () => {
    await page.goto('/settings/connections')
    await page.getByRole('link', { name: 'Riverside EHR' }).click()
    await page.waitForLoadState()
    await field('Name').fill('Riverside FHIR')
    expect(await page.locator('[data-saved-state]').textContent()).toBe('Changes not saved yet')
    await page.getByLabel('Switched off').check()
    await save().click()
    expect(await notice().textContent()).toContain('“Riverside FHIR” is saved. What it sends is refused.')
    expect(await stored(idInUrl())).toMatchObject({ name: 'Riverside FHIR', status: 'disabled' })
  })

  it('says which resources are recalls', async () => {
    await page.getByLabel('CommunicationRequests are recalls').uncheck()
    await page.getByLabel('order', { exact: true }).check()
    await field('And one of these categories').fill('http://snomed.info/sct|3457005\n  RECALL ')
    await save().click()
    await notice().waitFor()
    expect((await stored(idInUrl())).settings.recalls).toEqual({
      serviceRequest: {
        enabled: true,
        intents: ['proposal', 'plan', 'order'],
        categories: ['http://snomed.info/sct|3457005', 'RECALL'],
      },
      communicationRequest: { enabled: false, categories: null },
      proposedAppointment: { enabled: true },
    })
    expect(await field('And one of these categories').inputValue()).toBe('http://snomed.info/sct|3457005\nRECALL')
  })

  it('is told what is wrong beside each field and on top, and nothing that was typed is lost', async () => {
    await field('Name').fill('')
    for (const intent of ['proposal', 'plan', 'order']) await page.getByLabel(intent, { exact: true }).uncheck()
    await field('And one of these categories').fill('kept')
    await save().click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      'Name: a name is needed to recognize it',
      'With one of these intents: name at least one intent',
    ])
    expect(await field('And one of these categories').inputValue()).toBe('kept')
    expect(await field('Name').getAttribute('aria-invalid')).toBe('true')
  })

  it('is not overwritten by who edited an older state: both are compared', async () => {
    await page.goto(`/settings/connections/sources/${idInUrl()}`)
    const other = await site.open(new URL(page.url()).pathname)
    await other.getByLabel('Name', { exact: true }).fill('Riverside EHR')
    await other.getByRole('button', { name: 'Save', exact: true }).last().click()
    await other.locator('#notice').waitFor()
    await field('Name').fill('Lakeside EHR')
    await page.getByLabel('Proposed Appointments without a start are recalls').uncheck()
    await save().click()
    const changes = await page.locator('.changes tbody').textContent()
    expect(changes).toMatch(/Name\s*Riverside EHR\s*Lakeside EHR/)
    expect(changes).toMatch(/are recalls\s*yes\s*no/)
    await page.getByRole('button', { name: 'Go on editing mine' }).click()
    expect(await field('Name').inputValue()).toBe('Lakeside EHR')
    await save().click()
    expect(await notice().textContent()).toContain('“Lakeside EHR” is saved')
  })

  it('shows what a pasted resource would become, and stores nothing', async () => {
    const before = await messageCount()
    const participant = [
      { actor: { reference: 'Patient/p-1', display: 'Maria Quill' } },
      { actor: { reference: 'Location/l-1', display: 'Riverside' } },
    ]
    const appointment = { resourceType: 'Appointment', id: 'a-1', status: 'booked', participant }
    const shown = await tryOut(JSON.stringify({ ...appointment, start: '2026-03-09T13:00:00Z' }))
    expect(shown).toContain('It would become 1 record.')
    expect(shown).toMatch(/Appointment\/a-1.*Appointment a-1.*Booked.*Mon, Mar 9, 9:00 AM EDT.*Maria Quill/s)
    expect(await tryOut(JSON.stringify({ ...appointment, start: 'soon' }))).toMatch(/Not taken\s*Appointment.start/)
    expect(await tryOut('{"resourceType":')).toContain('is no JSON')
    expect(await messageCount()).toBe(before)
  })

  it('is deleted while it has sent nothing', async () => {
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    expect(await notice().textContent()).toContain('“Lakeside EHR” is deleted')
    expect(await page.getByText('No EHR is connected yet').count()).toBe(1)
  })

  it('stays when it has sent something', async () => {
    await add('Old EHR', 'FHIR R4')
    await page.goto('/settings/connections')
    await page.getByRole('link', { name: 'Old EHR' }).click()
    const id = idInUrl()
    await site.database.inOrganization(site.practice.organizationId, (tx) =>
      tx.query('update ehr_source set last_message_at = created_at where id = $1', [id]),
    )
    await page.reload()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    expect(await page.locator('#delete').textContent()).toContain('Set its status to “Switched off”')
    expect(await page.getByRole('button', { name: 'Delete for good' }).count()).toBe(0)
  })

  it('is for admins only', async () => {
    const manager = await site.open(new URL(page.url()).pathname, { as: 'manager' })
    expect(await manager.textContent('body')).toContain('This needs the role admin')
  })
})

describe('an HL7 v2 source', () => {
  const booking = (...more: string[]) =>
    [
      'MSH|^~\\&|SCHED|RIVERSIDE|CA|CA|20260304090000||SIU^S12|M1|P|2.5',
      'SCH|A-1',
      'PID|1||4711^^^R^MR||Quill^Maria||19800309',
      'PV1|1|O|EXAM3^^^RIVERSIDE',
      'AIS|1|A|FU^Follow-up|20260309090000',
      ...more,
    ].join('\n')

  it('says how to connect over MLLP, too', async () => {
    await add('Interface engine', 'HL7 v2')
    expect(await page.getByLabel('Over HTTPS').textContent()).toContain(`${site.url}/ehr/hl7v2`)
    const mllp = await page.getByLabel('Over MLLP').textContent()
    expect(mllp).toContain('encrypted')
    expect(mllp).toContain('2575')
    expect(mllp).toMatch(/MSH-8\s*[0-9a-f-]{36}:<secret>/)
    await page.goto('/settings/connections')
    await page.getByRole('link', { name: 'Interface engine' }).click()
  })

  it('tries a message with settings that are not saved', async () => {
    const message = booking('ZRC|R-7|20270309|COLON|OPEN')
    const before = await tryOut(message)
    expect(before).toContain('It would become 2 records.')
    expect(before).toMatch(/SCH.*Appointment A-1.*Mon, Mar 9, 9:00 AM EDT.*RIVERSIDE/s)
    await page.getByLabel('This EHR sends recalls in a Z segment').check()
    await field('Segment').fill('ZRC')
    await field('Field with the recall’s number').fill('1')
    await field('Field with the due date').fill('2')
    await field('Field with the appointment type').fill('3')
    await page.getByRole('button', { name: 'What would it become?' }).click()
    await page.getByText('It would become 3 records.').waitFor()
    expect(await page.getByLabel('ZRC', { exact: true }).textContent()).toMatch(/Recall ZRC\/R-7.*Mar 9, 2027.*COLON/s)
    expect((await stored(idInUrl())).settings.hl7v2.recallSegment).toBeNull()
  })

  it('says at which segment and field something is wrong', async () => {
    const shown = await tryOut(booking('DG1|2|||no code'))
    expect(shown).toContain('1 part would wait in quarantine')
    expect(shown).toMatch(/DG1\s*is not taken\s*Not taken\s*DG1-3/)
  })

  it('saves the segment of its recalls, with what closes one', async () => {
    await field('It is done or off when the status says').fill('done, off')
    await save().click()
    await notice().waitFor()
    expect((await stored(idInUrl())).settings.hl7v2.recallSegment).toEqual({
      ...{ name: 'ZRC', id: 1, dueDate: 2, type: 3, provider: null, facility: null, status: null },
      closedWhen: ['DONE', 'OFF'],
    })
  })

  it('is told which field of the segment is missing', async () => {
    await field('Segment').fill('RCL')
    await field('Field with the due date').fill('')
    await field('Field with the provider').fill('two')
    await save().click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      'Segment: a segment of your own is Z and two letters or digits, as in ZRC',
      'Field with the due date: a field is told by its number in the segment, from 1 to 99',
      'Field with the provider: a field is told by its number in the segment, from 1 to 99',
    ])
  })

  it('works without script', async () => {
    const path = new URL(page.url()).pathname
    page = await site.open(path, { javaScriptEnabled: false })
    await field('Segment').fill('ZZZ')
    await page.getByLabel('A message to try').fill(booking('ZZZ|R-7|20270309|COLON|OPEN'))
    await page.getByRole('button', { name: 'What would it become?' }).click()
    expect(await page.locator('#trial').textContent()).toContain('Recall ZZZ/R-7')
    expect(await field('Segment').inputValue()).toBe('ZZZ')
    await save().click()
    expect(await notice().textContent()).toContain('is saved')
    expect((await stored(path.split('/').at(-1) as string)).settings.hl7v2.recallSegment?.name).toBe('ZZZ')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
