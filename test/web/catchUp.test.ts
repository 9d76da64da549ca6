import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { createCustomAction } from '../../db/queries/customActions.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { seedEveryKind } from './careEvents.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
let path: string
beforeAll(async () => {
  site = await startSite()
  await seedEveryKind(site)
  const { database, practice } = site
  path = await database.inOrganization(practice.organizationId, async (tx) => {
    const definition = actionDefinitionSchema.parse({
      type: 'recall',
      title: 'You are due',
      status: 'active',
      recipients: { kind: 'patient' },
      message: { body: 'Hi {{ patient.firstName }}, please call us.' },
      timing: { offset: 7, unit: 'days', direction: 'after', anchor: 'dueDate' },
    })
    const by = { now: site.now(), who: { userId: practice.users.admin.id, apiKeyId: null } }
    const { id } = await createCustomAction(tx, await checkedDefinition(tx, definition), by)
    return `/actions/${id}`
  })
})
afterAll(() => site.close())

describe('catching up with overdue recalls', () => {
  it('shows its reach first, tells so many a day, and can be cancelled', async () => {
    page = await site.open(path)
    await page.getByRole('link', { name: 'Overdue recalls' }).click()
    await page.getByLabel('Days overdue').fill('30')
    await page.getByLabel('How many a day').fill('2')
    await page.getByRole('button', { name: 'Count' }).click()
    const reach = page.getByLabel('Whom it reaches')
    await reach.getByText('3 overdue recalls, from Wed, Mar 4, 2026 to Thu, Mar 5, 2026.').waitFor()
    expect(await reach.locator('svg rect title').allTextContents()).toEqual(['Wed, Mar 4: 2', 'Thu, Mar 5: 1'])
    await page.getByRole('button', { name: 'Tell 3 overdue recalls' }).click()
    expect(await page.locator('#notice').textContent()).toContain('3 overdue recalls are told of it')
    const before = page.getByLabel('Asked for before')
    expect(await before.textContent()).toContain('overdue up to 30 days, 2 a day')
    await before.getByRole('button', { name: /^Cancel and drop/ }).click()
    expect(await before.textContent()).toContain('Cancelled')
  })

  it('says what is wrong with what was asked', async () => {
    page = await site.open(`${path}/catch-up?overdueDays=9999&perDay=2`)
    expect(await page.getByRole('alert').textContent()).toContain('at most 730 days overdue')
    expect(await page.getByLabel('Days overdue').inputValue()).toBe('9999')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
