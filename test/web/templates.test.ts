import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { listTemplates } from '../../db/queries/templates.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const inPractice: Site['database']['inOrganization'] = (_id, work) =>
  site.database.inOrganization(site.practice.organizationId, work)
const templates = async () => (await inPractice('', (tx) => listTemplates(tx, { limit: 50 }))).items
const written = async (name: string, text: string): Promise<string> => {
  page = await site.open('/templates/new')
  await page.getByLabel('Name').fill(name)
  await page.locator('#message-body').fill(text)
  await page.getByRole('button', { name: 'Save template' }).click()
  await page.locator('#notice').getByText(`“${name}” saved`).waitFor()
  return (await templates()).find((each) => each.name === name)?.id ?? ''
}
const sentBy = (templateId: string, title: string) =>
  inPractice('', async (tx) => {
    const definition = actionDefinitionSchema.parse({
      type: 'extraReminder',
      title,
      templateId,
      recipients: { kind: 'patient' },
      timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'updated' },
    })
    const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
    return createCustomAction(tx, await checkedDefinition(tx, definition), by)
  })
const row = (name: string) => page.locator('tr.row', { hasText: name })

describe('message templates', () => {
  it('are explained while there is none', async () => {
    page = await site.open('/templates')
    expect(await page.locator('.empty').textContent()).toContain('Add an extra reminder')
    await page.getByRole('link', { name: 'Write the first template' }).click()
    expect(new URL(page.url()).pathname).toBe('/templates/new')
  })

  it('are written with a preview on the phone of a patient, and translated', async () => {
    await page.getByLabel('Name').fill('Visit moved')
    await page.locator('#message-body').fill('Hi {{ patient.firstName }}, new time: {{ appointment.start | time }}')
    const phone = page.locator('#preview .bubble')
    await phone.getByText('Hi Maria, new time: 8:00 AM').or(phone.getByText('Hi Devon')).first().waitFor()
    await page.getByLabel('Translate into').selectOption('es')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const shown = page.waitForResponse((answer) => answer.request().postData()?.includes('Hola') ?? false)
    await page.locator('#message-translations-es-body').fill('Hola {{ patient.firstName }}')
    await shown
    await page.locator('#preview').getByText('Spanish', { exact: true }).click()
    await phone.getByText(/^Hola (Maria|Devon)$/).waitFor()
    await page.getByRole('button', { name: 'Save template' }).click()
    await page.locator('#notice').getByText('“Visit moved” saved').waitFor()
    expect(await row('Visit moved').textContent()).toMatch(/your own, Spanish\s*no action/)
    expect((await templates()).map(({ message }) => message.translations)).toEqual([
      { es: { body: 'Hola {{ patient.firstName }}' } },
    ])
  })

  it('with something wrong come back as they were typed, each problem at its place', async () => {
    page = await site.open('/templates/new')
    await page.locator('#message-body').fill('Hi\n{{ recall.dueDate }}')
    await page.getByRole('button', { name: 'Save template' }).click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Name: a template needs a name/),
      expect.stringMatching(/^Message: line 2, column 4: 'recall.dueDate' belongs to actions of type recall/),
    ])
    expect(await page.locator('#message-body').inputValue()).toBe('Hi\n{{ recall.dueDate }}')
  })

  it('count an edit as one of every action that sends them', async () => {
    const id = await written('Thank you', 'Thank you')
    const action = await sentBy(id, 'After a change')
    page = await site.open(`/templates/${id}`)
    expect(await page.getByLabel('Sent by').textContent()).toMatch(/After a change\s*Inactive\s*0 waiting/)
    await page.locator('#message-body').fill('Thank you very much')
    await page.getByLabel('If you save now').getByText('Nothing changes for the messages that wait').waitFor()
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.locator('#notice').getByText('It counts as an edit of the action that sends it').waitFor()
    const rows = await inPractice('', (tx) =>
      tx.query<{ version: number }>('select version from custom_action where id = $1', [action.id]),
    )
    expect(rows).toEqual([{ version: 2 }])
  })

  it('that somebody else saved meanwhile are never overwritten unseen', async () => {
    const id = await written('Shared', 'First')
    const mine = await site.open(`/templates/${id}`)
    page = await site.open(`/templates/${id}`, { as: 'manager' })
    await page.locator('#message-body').fill('Theirs')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.locator('#notice').getByText('“Shared” saved').waitFor()
    await mine.locator('#message-body').fill('Mine')
    await mine.getByRole('button', { name: 'Save changes' }).click()
    expect(await mine.locator('.changes tbody').textContent()).toMatch(/Every channel: text\s*Theirs\s*Mine/)
    await mine.getByRole('button', { name: 'Go on editing mine' }).click()
    expect(await mine.locator('#message-body').inputValue()).toBe('Mine')
    await mine.getByRole('button', { name: 'Save changes' }).click()
    await mine.locator('#notice').getByText('“Shared” saved').waitFor()
  })

  it('are deleted, which can be undone, unless an action sends them', async () => {
    const used = await written('In use', 'Text')
    await sentBy(used, 'Its only sender')
    await written('Not used', 'Text')
    await page.goto('/templates')
    await page.getByRole('button', { name: 'Delete In use' }).click()
    expect(await page.locator(`#delete-${used}`).textContent()).toMatch(/is in use[\s\S]*Its only sender/)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Delete Not used' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    expect(await row('Not used').count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await page.locator('#notice').textContent()).toContain('“Not used” is back')
    expect(await row('Not used').count()).toBe(1)
  })

  it('are read by staff, who change nothing', async () => {
    page = await site.open('/templates', { as: 'staff' })
    expect(await page.getByRole('link', { name: 'New template' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Thank you' }).click()
    expect(await page.getByRole('button', { name: 'Save changes' }).count()).toBe(0)
  })

  it('work without script', async () => {
    page = await site.open('/templates/new', { javaScriptEnabled: false })
    await page.getByLabel('Name').fill('By hand')
    await page.locator('#message-body').fill('Hello {{ patient.firstName }}')
    await page.getByRole('button', { name: 'Preview' }).click()
    expect(await page.locator('#preview .bubble').textContent()).toMatch(/^Hello (Maria|Devon)$/)
    await page.getByRole('button', { name: 'Save template' }).click()
    expect(await page.locator('#notice').textContent()).toContain('“By hand” saved')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
