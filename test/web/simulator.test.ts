import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { newId } from '../../db/newId.ts'
import { putSimulatedMessage } from '../../db/queries/simulator.ts'
import { createStaffMember } from '../../db/queries/staffEdit.ts'
import { staffInputSchema } from '../../domain/staff.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const bubbles = () => page.locator('#screen .bubble')
const get = (to: string, body: string) =>
  site.database.inOrganization(site.practice.organizationId, async (tx) =>
    putSimulatedMessage(tx, site.encryption, {
      id: newId(),
      deliveryId: null,
      channel: 'sms',
      to,
      subject: null,
      body,
      at: site.now(),
    }),
  )

describe('a simulated phone', () => {
  it('shows what it got, whose it is, and leads to the why', async () => {
    page = await site.open('/simulator')
    expect(await page.locator('#phone-list').textContent()).toContain('Maria Quill')
    expect(await bubbles().allTextContents()).toEqual([expect.stringContaining('Hi Maria, your visit')])
    // Without its port, which may have any digits.
    expect(page.url().replace(site.url, '')).not.toContain('5555550')
    await page.getByRole('link', { name: /^Why this message/ }).click()
    await page.waitForURL(`**/deliveries/${site.practice.delivered}`)
  })

  it('shows a new message by itself, while a reply is being typed', async () => {
    page = await site.open('/simulator')
    const reply = page.getByLabel('Reply as the patient')
    await reply.fill('I am on my w')
    await get('+15555550142', 'Your room has changed.')
    await page.getByText('Your room has changed.').first().waitFor()
    expect(await bubbles().count()).toBe(2)
    expect(await reply.inputValue()).toBe('I am on my w')
  })

  it('opens a link of a message beside it, as a tap on the phone would', async () => {
    await get('+15555550142', 'Read it here: https://practice.example/m/k7Qm2x.')
    page = await site.open('/simulator')
    const link = bubbles().getByRole('link', { name: 'https://practice.example/m/k7Qm2x' })
    expect(await link.getAttribute('href')).toBe('https://practice.example/m/k7Qm2x')
    expect(await link.getAttribute('target')).toBe('_blank')
  })

  it('answers as the patient: the answer is understood and recorded', async () => {
    page = await site.open('/simulator')
    await page.getByLabel('Reply as the patient').fill('stop')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.bubble.mine').getByText('stop').waitFor()
    expect(await page.locator('.bubble-note.mine').textContent()).toContain('understood as: opt out')
    expect(await page.getByLabel('Reply as the patient').inputValue()).toBe('')
    await page.goto(`/patients/${site.practice.patients.maria}`)
    expect(await page.getByRole('region', { name: /How to reach/ }).textContent()).toContain('Opted out')
  })

  it('sends the usual answers with one press, and works without script', async () => {
    page = await site.open('/simulator', { javaScriptEnabled: false })
    await page.getByRole('button', { name: 'START' }).click()
    expect(await page.locator('.bubble.mine').last().textContent()).toBe('START')
  })

  it('of another patient has a conversation of its own', async () => {
    await get('+15555550143', 'Hello Devon.')
    page = await site.open('/simulator')
    await page.getByRole('link', { name: /^Devon Ash/ }).click()
    expect(await bubbles().allTextContents()).toEqual(['Hello Devon.'])
    await page.getByRole('link', { name: /^Maria Quill/ }).click()
    expect(await bubbles().allTextContents()).not.toContain('Hello Devon.')
  })

  it('is a staff member’s too: it says so, and answers as them', async () => {
    const contactPoints = [{ channel: 'sms', address: '+15555550140' }]
    const robin = staffInputSchema.parse({ firstName: 'Robin', lastName: 'Lake', contactPoints })
    const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
    await site.database.inOrganization(site.practice.organizationId, (tx) => createStaffMember(tx, robin, by))
    site.pass(60_000)
    await get('+15555550140', 'Maria is on her way')
    page = await site.open('/simulator')
    await page.getByRole('link', { name: /Robin Lake staff/ }).click()
    expect(await bubbles().allTextContents()).toEqual(['Maria is on her way'])
    expect(await page.getByRole('button', { name: 'C', exact: true }).count()).toBe(0)
    await page.getByLabel('Reply as Robin Lake').fill('On it')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.bubble.mine').getByText('On it').waitFor()
    expect(await page.locator('.bubble-note.mine').textContent()).toContain('goes to the inbox')
    await page.getByRole('button', { name: 'STOP' }).click()
    await page.locator('.bubble.mine').getByText('STOP').waitFor()
    await page.goto('/settings/staff')
    expect(await page.locator('tr.row', { hasText: 'Robin Lake' }).textContent()).toContain('not reachable')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
