import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { createEhrSource } from '../../db/queries/ehrSources.ts'
import { seedFeed } from './feedMessages.ts'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

let site: Site
const sources = '/settings/connections/sources'
const source = { fhir: '', hl7v2: '', csv: '' }
let feed: Awaited<ReturnType<typeof seedFeed>>
beforeAll(async () => {
  site = await startSite()
  feed = await seedFeed(site)
  const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
  for (const kind of ['fhir', 'hl7v2', 'csv'] as const) {
    const made = await site.database.inOrganization(site.practice.organizationId, (tx) =>
      createEhrSource(tx, { name: `Riverside ${kind}`, kind, status: 'active' }, site.encryption, by),
    )
    source[kind] = made.id
  }
})
afterAll(() => site.close())

const pages: [name: string, path: (practice: Site['practice']) => string][] = [
  ['dashboard', () => '/actions'],
  ['a search without result', () => '/actions?q=nothing+like+it'],
  ['a new action', () => '/actions/new'],
  ['a new recall action', () => '/actions/new?type=recall'],
  ['a new procedure action', () => '/actions/new?type=procedure'],
  ['a new diagnosis action', () => '/actions/new?type=diagnosis'],
  ['a new extra reminder', () => '/actions/new?type=extraReminder'],
  ['an action', ({ actions }) => `/actions/${actions.prep}`],
  ['messages that wait', ({ actions }) => `/actions/${actions.prep}/waiting`],
  ['no templates yet', () => '/templates'],
  ['a new template', () => '/templates/new'],
  ['deliveries', () => '/deliveries'],
  ['a delivery', ({ delivered }) => `/deliveries/${delivered}`],
  ['a delivery to settle', ({ unknown }) => `/deliveries/${unknown}`],
  ['patients', () => '/patients'],
  ['a patient', ({ patients }) => `/patients/${patients.maria}`],
  ['a care event', ({ careEvents }) => `/care-events/${careEvents.maria}`],
  ['the feed', () => '/feed'],
  ['the feed of a source', () => `/feed?sourceId=${feed.fhir.id}`],
  ['the question before many are taken again', () => '/feed/replay?outcome=quarantined'],
  ['a message of the feed', () => `/feed/${feed.partly}`],
  ['the simulator', () => '/simulator'],
  ['settings', () => '/settings'],
  ['types of actions', () => '/settings/types'],
  ['facilities', () => '/settings/resources/facilities'],
  ['a facility', ({ facility }) => `/settings/resources/facilities/${facility}`],
  ['staff', () => '/settings/staff'],
  ['a new staff member', () => '/settings/staff/new'],
  ['connections', () => '/settings/connections'],
  ['a source of FHIR', () => `${sources}/${source.fhir}`],
  ['a source of HL7 v2', () => `${sources}/${source.hl7v2}`],
  ['a source of files', () => `${sources}/${source.csv}`],
  ['files of a source', () => `${sources}/${source.csv}/files`],
  ['a layout of files', () => `${sources}/${source.csv}/new-layout?rows=appointment`],
  ['a page that is not there', () => '/nothing'],
]

/** Each theme at one of the two widths; what scrolls sideways does so in both. */
const views = [
  ['light', 1280, 390],
  ['dark', 390, 1280],
] as const

describe.each(views)('in %s, %i pixels wide', (colorScheme, width, otherWidth) => {
  let page: Page
  beforeAll(async () => {
    page = await site.open('/actions', { colorScheme })
  })
  afterAll(() => page.context().close())

  it.each(pages)('%s is accessible and needs no sideways scrolling', async (_name, path) => {
    await page.setViewportSize({ width, height: 844 })
    await page.goto(path(site.practice))
    // What is folded away is part of the page, too.
    await page.locator('details').evaluateAll((all) => {
      for (const each of all) each.setAttribute('open', '')
    })
    expect(await violations(page)).toEqual([])
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: otherWidth, height: 844 })
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0)
  })

  it('the sign-in page, open menus and a selection are accessible', async () => {
    const signIn = await site.open('/sign-in?idle=1', { as: null, colorScheme })
    expect(await violations(signIn)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/actions')
    for (const button of ['Menu', 'New group', 'Move Prep instructions to a group']) {
      await page.getByRole('button', { name: button, exact: true }).click()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page.getByLabel('Select Prep instructions').check()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Delete Prep instructions' }).click()
    await page.locator('#confirm').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0)
  })
})

it('the first Tab leads past the navigation to the content', async () => {
  const page = await site.open('/deliveries')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
})

it('names the current page in the navigation', async () => {
  const page = await site.open('/patients')
  expect(await page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]').textContent()).toBe(
    'Patients',
  )
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})

/** What axe finds, told briefly. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

const sidewaysPixels = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
