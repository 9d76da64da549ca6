import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import { definitionOf, editCustomAction, lockCustomAction } from '../../db/queries/customActions.ts'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const query = (sql: string, params: unknown[] = []) =>
  site.database.inOrganization(site.practice.organizationId, (tx) => tx.query<{ n: number }>(sql, params))

it('shows how far the planning anew of an edit is, by itself, until it is done and the numbers are new', async () => {
  const page = await site.open('/actions')
  expect(await page.getByRole('progressbar').count()).toBe(0)
  await site.database.inOrganization(site.practice.organizationId, async (tx) => {
    const [row] = await tx.query<{ id: string }>(`select id from custom_action where title = 'Prep instructions'`)
    const stored = await lockCustomAction(tx, row?.id ?? '', null)
    const edited = { ...definitionOf(stored), timing: { ...stored.timing, offset: 3 } }
    await editCustomAction(tx, stored, edited, { now: site.now(), who: { userId: null, apiKeyId: null } })
  })
  await page.goto(`${site.url}/actions?q=prep`)

  const [touched] = await query('select count(*)::int as n from outbox')
  const bar = page.getByRole('progressbar', { name: 'Prep instructions: messages are being planned anew' })
  expect(await bar.getAttribute('max')).toBe(String(touched?.n))
  expect(await bar.getAttribute('value')).toBe('0')
  const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
  expect(violations.map(({ id }) => id)).toEqual([])

  await query('delete from outbox where id = (select min(id) from outbox)')
  await page.locator('progress[value="1"]').waitFor()
  await query('delete from planned_message')
  await query('delete from outbox')
  await bar.waitFor({ state: 'detached' })
  const row = page.locator('tr.row', { hasText: 'Prep instructions' })
  await row.locator('td[data-label="Waiting"]', { hasText: /^0$/ }).waitFor()
  expect(await page.locator('tr.row').count()).toBe(1)
  expect(site.faults).toEqual([])
})
