import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { seedFeed } from './feedMessages.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let page: Page
let feed: Awaited<ReturnType<typeof seedFeed>>
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

const rows = () => page.locator('#results .table-frame tr.row')
const titles = () => rows().locator('.title').allTextContents()
const text = async (locator: ReturnType<Page['locator']>) =>
  (await locator.textContent())?.replaceAll(/\s+/g, ' ').trim()

describe('the feed', () => {
  it('before anything arrived says what will be here', async () => {
    page = await site.open('/feed')
    expect(await page.getByText('Nothing has arrived yet').count()).toBe(1)
    feed = await seedFeed(site)
  })

  it('lists what the EHRs sent, newest first, with what became of it or why not', async () => {
    page = await site.open('/feed')
    expect(await titles()).toEqual(['ADT A08', 'Unreadable message', 'Bundle', 'Patient'])
    expect(await text(rows().nth(0))).toContain('no. ctl-1 Lab feed Partly applied 1 patient new, 1 ZRC refused')
    expect(await text(rows().nth(1))).toContain('In quarantine The message is no JSON')
    expect(await text(rows().nth(2))).toContain('1 patient known already, 1 appointment new, 1 Appointment refused')
    expect(await text(rows().nth(3))).toContain('Applied 1 patient new')
    expect(await page.getByRole('link', { name: 'In quarantine (1)' }).count()).toBe(1)
  })

  it('filters with its state in the address', async () => {
    page = await site.open('/feed')
    await page.getByLabel('Source').selectOption({ label: 'Lab feed' })
    await page.waitForURL('**/feed?*sourceId=*')
    await rows().nth(1).waitFor({ state: 'detached' })
    expect(await titles()).toEqual(['ADT A08'])
    await page.locator('#said').getByText('1 message shown').waitFor({ state: 'attached' })
    const cases = [
      ['kind=Appointment', ['Bundle']],
      ['id=a-771', ['Bundle']],
      ['id=ctl-1', ['ADT A08']],
      ['reason=json', ['Unreadable message']],
      ['outcome=applied&from=2026-03-04&to=2026-03-04', ['Patient']],
      [
        'outcome=nonsense&sourceId=7&from=2026-02-30&careEventId=%27',
        ['ADT A08', 'Unreadable message', 'Bundle', 'Patient'],
      ],
    ] as const
    for (const [query, expected] of cases) {
      await page.goto(`/feed?${query}`)
      expect(await titles()).toEqual(expected)
    }
    await page.goto('/feed?id=nothing-like-it')
    expect(await page.getByText('Nothing matches').count()).toBe(1)
  })

  it('counts a source’s messages day by day', async () => {
    page = await site.open(`/feed?sourceId=${feed.fhir.id}`)
    await page.getByText('Day by day: Riverside EHR').click()
    expect(await text(page.locator('details tr.row'))).toMatch(/^Wed, Mar 4, 2026 ?3 ?1 ?0 ?1 ?1 ?0 ?0/)
  })

  it('tells which source is silent for longer than usual', async () => {
    await site.database.inOrganization(site.practice.organizationId, (tx) =>
      tx.query(
        `insert into ehr_silence (organization_id, id, source_id, since, noticed_at)
         select organization_id, id, id, last_message_at, last_message_at from ehr_source where id = $1`,
        [feed.hl7.id],
      ),
    )
    page = await site.open('/feed')
    expect(await text(page.locator('.notice.warn'))).toContain(
      'Lab feed is silent for longer than it usually is. Its last message came Wed, Mar 4, 9:02 AM EST',
    )
  })
})

describe('one message', () => {
  it('says what each record became, why one was refused and where, and leads to what it became', async () => {
    page = await site.open(`/feed/${feed.partly}`)
    const entries = page.locator('.events > li')
    expect(await text(entries.nth(1))).toContain('Appointment a-771 new')
    expect(await text(entries.nth(2))).toContain('Appointment a-772 refused')
    expect(await text(entries.nth(2).locator('.feed-reasons'))).toMatch(/^Bundle\.entry\[2\]\.resource\.status /)
    await entries.nth(1).getByRole('link', { name: 'What it means for messages' }).click()
    expect(page.url()).toContain('/care-events/')
    await page.getByRole('link', { name: 'From which messages' }).click()
    expect(await text(page.locator('#results .tag'))).toContain('Only messages of one care event')
    expect(await titles()).toEqual(['Bundle'])
  })

  it('is shown as it came to admins alone, who leave a trace', async () => {
    page = await site.open(`/feed/${feed.recall}`, { as: 'staff' })
    expect(await page.getByRole('button', { name: 'Show it as it came' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Take it again' }).count()).toBe(0)
    page = await site.open(`/feed/${feed.recall}`)
    await page.getByRole('button', { name: 'Show it as it came' }).click()
    expect(await page.locator('pre').textContent()).toMatch(/^MSH\|.*\nPID\|1\|\|4711/)
    page = await site.open(`/feed/${feed.applied}`)
    await page.getByRole('button', { name: 'Show it as it came' }).click()
    expect(await page.locator('pre').textContent()).toContain('{\n  "resourceType": "Patient"')
  })

  it('is taken again after the mapping was mended', async () => {
    await feed.mend()
    page = await site.open(`/feed/${feed.recall}`)
    await page.getByRole('button', { name: 'Take it again' }).click()
    await page.locator('#replay').getByRole('button', { name: 'Take it again' }).click()
    expect(await text(page.locator('#notice'))).toContain('It was taken again: applied.')
    expect(await text(page.locator('.events > li').nth(1))).toContain('Recall ZRC/rec-1 new')
  })
})

describe('taking many again', () => {
  it('the selected ones', async () => {
    page = await site.open('/feed')
    await page.getByLabel('Select Unreadable message').check()
    await page.getByLabel('Select Patient').check()
    expect(await text(page.locator('[data-selected-count]'))).toBe('2 selected')
    await page.getByRole('button', { name: 'Take again', exact: true }).click()
    await page.getByRole('button', { name: 'Take the selected again' }).click()
    expect(await text(page.locator('#notice'))).toContain(
      '2 messages were taken again: 1 with nothing new, 1 still in quarantine.',
    )
  })

  it('all that match, part by part with progress, up to the last', async () => {
    for (let n = 0; n < 60; n += 1) await feed.postFhir(feed.visit(`b-${n}`, 'maybe'))
    page = await site.open('/feed?kind=Appointment&outcome=quarantined')
    await page.getByRole('link', { name: 'Take all that match again' }).click()
    expect(await text(page.getByRole('heading', { level: 1 }))).toBe('Take 60 messages again?')
    expect(await page.locator('dl.facts > *').allTextContents()).toEqual([
      ...['What became of it', 'In quarantine'],
      ...['Kind', 'Appointment'],
    ])
    await page.getByRole('button', { name: 'Take 60 again' }).click()
    await page.waitForURL('**/feed?*kind=Appointment*')
    expect(await text(page.locator('#notice'))).toContain('60 messages were taken again: 60 still in quarantine.')
  })

  it('shows how far it is to who has no script', async () => {
    page = await site.open('/feed?kind=Appointment&outcome=quarantined', { javaScriptEnabled: false })
    const token = await page.locator('input[name=_csrf]').first().inputValue()
    const answer = await page.request.post('/feed/replay', {
      form: { which: 'all', here: '/feed?kind=Appointment&outcome=quarantined', _csrf: token },
    })
    const html = await answer.text()
    const shown = ['<strong>50 of 60</strong>', 'name="tally-quarantined" value="50"'].map((each) =>
      html.includes(each),
    )
    expect(shown).toEqual([true, true])
  })

  it('not all of the feed at once, nor what is not there', async () => {
    const asked = async (query: string) => (await page.request.get(`/feed/replay${query}`)).text()
    expect(await asked('')).toContain('Say first which messages are meant')
    expect(await asked('?kind=Basket')).toContain('There is nothing left to be taken again.')
  })

  it('none, when none was selected', async () => {
    page = await site.open('/feed')
    const token = await page.locator('input[name=_csrf]').first().inputValue()
    const answer = await page.request.post('/feed/replay', { form: { here: '/feed', _csrf: token } })
    expect(await answer.text()).toContain('No message was selected')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
