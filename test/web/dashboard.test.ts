import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const titles = (on: Page) => on.locator('tr.row .title').allTextContents()
const row = (title: string) => page.locator('tr.row', { hasText: title })
const notice = () => page.locator('#notice')
const confirm = () => page.locator('#confirm')

describe('the table', () => {
  beforeEach(async () => {
    page = await site.open('/actions')
  })

  it('shows each group with its counts, and each action with what the feature list asks for', async () => {
    expect(await page.locator('.group-head h2').allTextContents()).toEqual(['Before the visit', 'After the visit'])
    expect(await page.locator('.group-head').first().textContent()).toMatch(/3 actions · 6 waiting · 0 sent in 7 days/)
    const prep = row('Prep instructions')
    const text = (await prep.textContent())?.replaceAll(/\s+/g, ' ')
    expect(text).toContain('2 days before the appointment, at 10:00 AM')
    for (const part of ['Appointment', 'Active', 'holidays', 'Mar 1, 2026']) expect(text).toContain(part)
    for (const button of ['Edit', 'Copy', 'Move', 'Delete'])
      expect(
        await prep.getByRole(button === 'Edit' ? 'link' : 'button', { name: new RegExp(`^${button}`) }).count(),
      ).toBeGreaterThan(0)
  })

  it('leads from how many wait to the messages themselves', async () => {
    await row('Prep instructions').getByRole('link', { name: '3', exact: true }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('3 waiting messages')
    expect(await page.locator('tr.row').count()).toBe(3)
    expect(await page.locator('tr.row').first().textContent()).toContain('Devon')
  })

  it('says until when an edited action holds its messages back', async () => {
    expect(await row('Morning-of').textContent()).toContain('edited 12 minutes ago: holds until 10:48 AM')
    expect(await row('Prep instructions').textContent()).not.toContain('holds until')
  })

  it('searches while one types, and keeps the search in the address', async () => {
    await page.getByLabel('Search titles').fill('visit')
    await page.waitForURL('**/actions?*q=visit*')
    await row('Prep instructions').waitFor({ state: 'detached' })
    expect(await titles(page)).toEqual(['How was your visit?'])
    await page.reload()
    expect(await titles(page)).toEqual(['How was your visit?'])
    expect(await page.getByLabel('Search titles').inputValue()).toBe('visit')
  })

  it('filters by status and group, and leads back from a search without result', async () => {
    await page.getByLabel('Status').selectOption('inactive')
    await row('Prep instructions').waitFor({ state: 'detached' })
    expect(await titles(page)).toEqual(['New-patient forms'])
    await page.getByLabel('Group', { exact: true }).selectOption({ label: 'After the visit' })
    await page.getByText('Nothing matches').waitFor()
    await page.getByRole('link', { name: 'Show all actions' }).click()
    expect(await titles(page)).toHaveLength(4)
  })

  it('sorts inside the groups, and says so to a screen reader', async () => {
    await page.getByRole('link', { name: 'Waiting' }).click()
    expect(await titles(page)).toEqual([
      'New-patient forms',
      'Morning-of reminder',
      'Prep instructions',
      'How was your visit?',
    ])
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending')
    await page.getByRole('link', { name: 'Waiting' }).click()
    expect(page.url()).toContain('sort=-waiting')
    expect((await titles(page))[2]).toBe('New-patient forms')
  })
})

describe('by keyboard', () => {
  it('moves with j and k, selects with x, opens with Enter, searches with /', async () => {
    page = await site.open('/actions')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('x')
    expect(await page.locator('[data-selected-count]').textContent()).toBe('2 selected')
    expect(
      await page
        .locator('input[name=ids]:checked')
        .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label'))),
    ).toEqual(['Select Morning-of reminder', 'Select New-patient forms'])
    await page.keyboard.press('/')
    await page.locator('#q:focus').waitFor()
    await page.keyboard.press('j')
    expect(await page.getByLabel('Search titles').inputValue()).toBe('j')
    await page.goto('/actions')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/actions/${site.practice.actions.morningOf}`)
  })
})

describe('many at once', () => {
  it('changes the status of the selected ones, says what became of each, and can be undone', async () => {
    page = await site.open('/actions')
    expect(await page.getByRole('button', { name: 'Deactivate' }).isVisible()).toBe(false)
    for (const title of ['Prep instructions', 'New-patient forms']) await page.getByLabel(`Select ${title}`).check()
    await page.getByRole('button', { name: 'Deactivate' }).click()
    await confirm().getByRole('button', { name: 'Deactivate and drop 3 waiting messages' }).click()
    expect(await notice().textContent()).toContain('1 action deactivated, 1 not')
    expect(await notice().textContent()).toContain('“New-patient forms” was like that already.')
    expect(await row('Prep instructions').textContent()).toContain('Inactive')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await row('Prep instructions').textContent()).not.toContain('Inactive')
  })

  it('shows first what becomes of the messages that wait, and does nothing if that is left as it is', async () => {
    page = await site.open('/actions?status=active')
    for (const title of ['Prep instructions', 'Morning-of reminder']) await page.getByLabel(`Select ${title}`).check()
    await page.getByRole('button', { name: 'Deactivate' }).click()
    expect(await confirm().getByRole('heading').textContent()).toBe(
      'Nothing is changed yet: deactivating 2 actions would drop 6 waiting messages.',
    )
    expect(await confirm().textContent()).toContain('“Prep instructions”')
    expect(await confirm().locator('.figures').textContent()).toContain('6 are dropped')
    expect(await confirm().locator('.changes-list li').first().textContent()).toContain('→ The action is not active')
    await page.locator('#confirm:focus').waitFor()
    expect(await titles(page)).toContain('Prep instructions')
    await confirm().getByRole('link', { name: 'Leave it as it is' }).click()
    await page.waitForURL('**/actions?status=active')
    expect(await row('Prep instructions').locator('[data-label=Waiting]').textContent()).toBe('3')
  })

  it('sets which delivery rules are skipped, and moves to a group', async () => {
    page = await site.open('/actions')
    await page.getByLabel('Select all actions').check()
    await page.getByRole('button', { name: 'Delivery rules' }).click()
    await page.locator('#bulk-rules').getByLabel('Sundays').check()
    await page.getByRole('button', { name: 'Set for all selected' }).click()
    await confirm()
      .getByRole('button', { name: /^Set the rules/ })
      .click()
    expect(await notice().textContent()).toContain('4 actions changed')
    for (const title of await titles(page))
      expect(await row(title).locator('.tag:not(.warn)').allTextContents()).toEqual(['Sundays'])
    await page.getByLabel('Select How was your visit?').check()
    await page.getByRole('button', { name: 'Move to group' }).last().click()
    await page.locator('#bulk-move').getByRole('button', { name: 'Before the visit' }).click()
    expect(await page.locator('.group-head').first().textContent()).toContain('4 actions')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await page.locator('.group-head').first().textContent()).toContain('3 actions')
  })
})

describe('one row', () => {
  beforeEach(async () => {
    page = await site.open('/actions')
  })

  it('says how many messages a deletion drops, and takes it back', async () => {
    await page.getByRole('button', { name: 'Delete Prep instructions' }).click()
    expect(await confirm().getByRole('heading').textContent()).toBe(
      'Nothing is changed yet: deleting “Prep instructions” would drop 3 waiting messages.',
    )
    expect(await titles(page)).toContain('Prep instructions')
    await confirm().getByRole('button', { name: 'Delete and drop 3 waiting messages' }).click()
    expect(await notice().textContent()).toContain('“Prep instructions” deleted; 3 waiting messages were dropped.')
    expect(await titles(page)).not.toContain('Prep instructions')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await notice().textContent()).toContain('is back')
    expect(await titles(page)).toContain('Prep instructions')
  })

  it('moves to another group and back', async () => {
    await page.getByRole('button', { name: 'Move Prep instructions to a group' }).click()
    await page.locator('.menu:popover-open').getByRole('button', { name: 'After the visit' }).click()
    expect(await page.locator('.group-head').last().textContent()).toContain('2 actions')
    await notice().getByRole('button', { name: 'Undo' }).click()
    expect(await page.locator('.group-head').last().textContent()).toContain('1 action')
  })

  it('is copied, inactive, ready to be changed', async () => {
    await row('Prep instructions').getByRole('button', { name: /^Copy/ }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Copy of Prep instructions')
    expect(await page.locator('.page-head').textContent()).toContain('Inactive')
  })
})

describe('groups', () => {
  it('are added, renamed, reordered and deleted, and their actions stay', async () => {
    page = await site.open('/actions')
    const heads = () => page.locator('.group-head h2').allTextContents()
    await page.getByRole('button', { name: 'New group' }).click()
    await page.locator('#new-group').getByLabel('Name of the group').fill('<b>Recalls</b>')
    await page.getByRole('button', { name: 'Add group' }).click()
    expect(await heads()).toContain('<b>Recalls</b>')

    await page.getByRole('button', { name: 'Change group <b>Recalls</b>' }).click()
    await page.locator('.menu:popover-open').getByLabel('Name of the group').fill('Recalls')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('button', { name: 'Change group Recalls' }).click()
    await page.getByRole('button', { name: 'Move up' }).click()
    expect((await heads()).slice(0, 3)).toEqual(['Before the visit', 'Recalls', 'After the visit'])

    await page.getByRole('button', { name: 'Change group Before the visit' }).click()
    await page.getByRole('button', { name: 'Delete the group, keep its actions' }).click()
    expect(await heads()).toEqual(['Recalls', 'After the visit', 'No group'])
    expect(await titles(page)).toContain('Prep instructions')
  })
})

describe('a practice without actions', () => {
  it('is shown how to begin', async () => {
    page = await site.open('/actions')
    const rows = page.locator('tr.row[data-row]')
    for (let left = await rows.count(); left > 0; left--) {
      await rows
        .first()
        .getByRole('button', { name: /^Delete / })
        .click()
      await confirm()
        .getByRole('button', { name: /^Delete/ })
        .click()
      await notice().waitFor()
    }
    expect(await page.getByRole('heading', { name: 'No custom actions yet' }).count()).toBe(1)
    await page.getByRole('link', { name: 'Write the first action' }).click()
    await page.waitForURL('**/actions/new')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
