import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import { newId } from '../../db/newId.ts'
import { preferencesToken } from '../../db/preferences.ts'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

let site: Site
let token: string
beforeAll(async () => {
  site = await startSite()
  const { devon } = site.practice.patients
  await query(
    `insert into contact_point (organization_id, id, patient_id, channel, address, rank, origin, created_at, updated_at)
     select organization_id, gen_random_uuid(), $1, v.channel, v.address, v.rank, 'ehr', $2, $2
       from (select id as organization_id from organization) o, (values ('voice', '+15555550143', 2), ('email', 'devon.ash@example.org', 3)) v(channel, address, rank)`,
    [devon, new Date(site.now())],
  )
})
afterAll(() => site.close())
beforeEach(async () => {
  token = await site.database.inOrganization(site.practice.organizationId, (tx) =>
    preferencesToken(tx, site.encryption, site.practice.patients.devon),
  )
  await query('delete from outbox')
})

const query = <T extends object>(sql: string, params: unknown[] = []) =>
  site.database.inOrganization(site.practice.organizationId, (tx) => tx.query<T>(sql, params))
const post = (fields: [string, string][]) =>
  fetch(`${site.url}/p/${token}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
const consents = () => query(`select address, channel, category, state, source from consent order by at, id`)

describe('a patient’s message preferences', () => {
  it('have one link for good, kept as a hash and encrypted', async () => {
    const again = await site.database.inOrganization(site.practice.organizationId, (tx) =>
      preferencesToken(tx, site.encryption, site.practice.patients.devon),
    )
    expect([again, token]).toEqual([token, expect.stringMatching(/^[\w-]{22}$/)])
    const rows = await query<{ row: string }>('select p::text as row from patient p')
    expect(rows.some(({ row }) => row.includes(token))).toBe(false)
  })

  it('are shown without the addresses themselves, and to nobody who guesses', async () => {
    const answer = await fetch(`${site.url}/p/${token}`)
    // The token may have any letters.
    const html = (await answer.text()).replaceAll(token, '')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const word of ['Devon', 'Ash', '5550143', 'devon.ash']) expect(html).not.toContain(word)
    for (const word of ['Phone ending in 0143', 'd•••@example.org']) expect(html).toContain(word)
    for (const guess of ['AAAAAAAAAAAAAAAAAAAAAA', 'x', `${token}x`])
      expect((await fetch(`${site.url}/p/${guess}`)).status).toBe(404)
  })

  it('record each change as a consent of its own, and plan anew', async () => {
    const page = await site.open(`/p/${token}`, { as: null, javaScriptEnabled: false })
    const texts = page.getByRole('group', { name: 'Texts' })
    await texts.getByLabel('reminders to book, and news').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('status').textContent()).toContain('Saved')
    expect(await texts.getByLabel('reminders to book, and news').isChecked()).toBe(false)
    expect(await texts.getByLabel('about your visits and care').isChecked()).toBe(true)
    expect(await consents()).toEqual([
      { address: '+15555550143', channel: 'sms', category: 'outreach', state: 'denied', source: 'preferences' },
    ])
    const touched = await query<{ id: string }>('select distinct care_event_id as id from outbox')
    expect(touched.map(({ id }) => id)).toEqual([site.practice.careEvents.devon])
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await consents()).toHaveLength(1)
    await texts.getByLabel('reminders to book, and news').check()
    await page.getByRole('button', { name: 'Save' }).click()
    expect((await consents())[1]).toMatchObject({ category: 'outreach', state: 'granted', source: 'preferences' })
  })

  it('leave alone what nobody was asked about, as a number that came meanwhile', async () => {
    const before = await consents()
    expect((await post([])).status).toBe(303)
    expect((await post([['asked', newId()]])).status).toBe(303)
    expect(await consents()).toEqual(before)
  })

  it('stop everything at once', async () => {
    await post([['stop', 'all']])
    const latest = await query<{ state: string }>(
      `select distinct on (address, channel, category) state from consent order by address, channel, category, at desc, id desc`,
    )
    expect(latest.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'denied'))
    const audit = await query(`select actor_kind from audit_entry where action = 'preferencesChanged' order by at desc`)
    expect(audit[0]).toEqual({ actor_kind: 'patient' })
  })

  it('are the survivor’s after a merge', async () => {
    const { devon, aiko } = site.practice.patients
    await query('update patient set merged_into = $2 where id = $1', [devon, aiko])
    const html = await (await fetch(`${site.url}/p/${token}`)).text()
    expect(html).toContain('Phone ending in 0144')
    await query('update patient set merged_into = null where id = $1', [devon])
  })

  it.each([
    ['light', 390],
    ['dark', 1280],
  ] as const)('are accessible in %s, %i pixels wide', async (colorScheme, width) => {
    const page = await site.open(`/p/${token}?saved=1`, { as: null, colorScheme, viewport: { width, height: 844 } })
    const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
    expect(violations.map(({ id }) => id)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })

  it('left no fault in any browser or in the server', () => {
    expect(site.faults).toEqual([])
  })
})
