import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import { confirmToken } from '../../db/confirmation.ts'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

let site: Site
let token: string
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(async () => {
  token = await site.database.inOrganization(site.practice.organizationId, (tx) =>
    confirmToken(tx, site.encryption, site.practice.careEvents.devon),
  )
  await query(`update care_event set confirmation = 'none' where kind = 'appointment'`)
  await query('delete from outbox')
})

const query = <T extends object>(sql: string, params: unknown[] = []) =>
  site.database.inOrganization(site.practice.organizationId, (tx) => tx.query<T>(sql, params))
const confirmation = async () =>
  (
    await query<{ confirmation: string }>('select confirmation from care_event where id = $1', [
      site.practice.careEvents.devon,
    ])
  )[0]?.confirmation
const request = (answer?: string, at = token) =>
  fetch(`${site.url}/c/${at}`, {
    redirect: 'manual',
    ...(answer === undefined ? {} : { method: 'POST', body: new URLSearchParams({ answer }) }),
  })

describe('the link where a patient confirms', () => {
  it('says when the visit is, names nobody, and changes nothing by being opened', async () => {
    const answer = await request()
    // The token may have any letters.
    const html = (await answer.text()).replaceAll(token, '')
    expect(html).toContain('You have a visit on Friday, March 6 at 1:00 PM EST.')
    for (const word of ['Devon', 'Ash', 'Osei', 'Endoscopy', 'Colonoscopy']) expect(html).not.toContain(word)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect([await confirmation(), await query('select 1 from outbox')]).toEqual(['none', []])
  })

  it('confirms with one tap, and plans the visit anew', async () => {
    const page = await site.open(`/c/${token}`, { as: null, javaScriptEnabled: false })
    await page.getByRole('button', { name: 'I will come' }).click()
    expect(await page.getByRole('status').textContent()).toContain('you will come')
    expect(await confirmation()).toBe('confirmed')
    expect(await query('select care_event_id as id from outbox')).toEqual([{ id: site.practice.careEvents.devon }])
    expect(await page.getByRole('button', { name: 'I will come' }).count()).toBe(0)
    await page.getByRole('button', { name: 'I would like to cancel' }).click()
    expect(await confirmation()).toBe('cancelRequested')
  })

  it('says it once when it is tapped twice', async () => {
    await Promise.all([request('confirmed'), request('confirmed'), request('confirmed')])
    expect(await query('select 1 from outbox')).toHaveLength(1)
  })

  it('takes no other answer', async () => {
    for (const nonsense of ['', 'none', 'Confirmed']) expect((await request(nonsense)).status).toBe(303)
    expect(await confirmation()).toBe('none')
  })

  it.each([
    ['was cancelled', `update care_event set status = 'cancelled' where id = $1`, 'booked'],
    ['was deleted', `update care_event set deleted = true where id = $1`, 'booked'],
    ['has begun', `update care_event set start_at = start_at - interval '3 days' where id = $1`, 'booked'],
  ])('of a visit that %s has nothing to confirm', async (_what, change) => {
    const { devon } = site.practice.careEvents
    const [before] = await query<{ start: Date }>('select start_at as start from care_event where id = $1', [devon])
    await query(change, [devon])
    const answer = await request()
    expect([answer.status, (await answer.text()).includes('There is nothing to confirm')]).toEqual([410, true])
    await request('confirmed')
    expect(await confirmation()).toBe('none')
    await query(`update care_event set status = 'booked', deleted = false, start_at = $2 where id = $1`, [
      devon,
      before?.start,
    ])
  })

  it('opens nothing when it was guessed', async () => {
    for (const guess of ['AAAAAAAAAAAAAAAAAAAAAA', 'x']) expect((await request('confirmed', guess)).status).toBe(404)
  })

  it.each([
    ['light', 390],
    ['dark', 1280],
  ] as const)('is accessible in %s, %i pixels wide', async (colorScheme, width) => {
    await request('confirmed')
    const page = await site.open(`/c/${token}`, { as: null, colorScheme, viewport: { width, height: 844 } })
    const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
    expect(violations.map(({ id }) => id)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })

  it('left no fault in any browser or in the server', () => {
    expect(site.faults).toEqual([])
  })
})
