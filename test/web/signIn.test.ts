import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { minuteMs } from '../../domain/instant.ts'
import { password } from './rows.ts'
import { type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

describe('signing in', () => {
  it('keeps the address after a wrong password, and says what is wrong without telling which', async () => {
    const page = await site.open('/sign-in', { as: null })
    await page.getByLabel('E-mail address').fill('admin@riverside.example')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('address or the password is wrong')
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('admin@riverside.example')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
  })

  it('leads to where one was going, and nowhere else', async () => {
    const { id } = site.practice.users.admin
    const page = await site.open(`/deliveries?status=sent&actionId=${id}`, { as: null })
    expect(page.url()).toContain('/sign-in?back=')
    await enter(page)
    expect(page.url()).toBe(`${site.url}/deliveries?status=sent&actionId=${id}`)

    for (const elsewhere of ['https://example.org/', '//example.org/', '/\\example.org', 'javascript:alert(1)']) {
      const stranger = await site.open(`/sign-in?back=${encodeURIComponent(elsewhere)}`, { as: null })
      await enter(stranger)
      expect(stranger.url()).toBe(`${site.url}/actions`)
    }
  })

  it('says why somebody was signed out for idling, and goes back to where they were', async () => {
    const page = await site.open('/patients?q=quill')
    site.pass(16 * minuteMs)
    await page.goto('/patients?q=ash')
    expect(await page.getByRole('status').textContent()).toContain('nobody used this page')
    await enter(page)
    expect(page.url()).toBe(`${site.url}/patients?q=ash`)
  })

  it('tells somebody who tried too often to wait', async () => {
    const page = await site.open('/sign-in', { as: null })
    for (let tries = 0; tries < 12; tries++) {
      await page.getByLabel('E-mail address').fill('guess@riverside.example')
      await page.getByLabel('Password').fill(`guess ${tries}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
    }
    expect(await page.getByRole('alert').textContent()).toContain('Too many tries')
  })

  it('ends with the button, for the browser as well', async () => {
    const page = await site.open('/sign-in', { as: null })
    await enter(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByRole('status').textContent()).toContain('signed out')
    await page.goto('/actions')
    expect(page.url()).toContain('/sign-in')
  })
})

describe('who may do what', () => {
  it('shows staff no button that is not theirs, and explains a page that is not', async () => {
    const page = await site.open('/actions', { as: 'staff' })
    expect(await page.getByRole('button', { name: 'New action' }).count()).toBe(0)
    expect(await page.getByRole('checkbox').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
    const answer = await page.goto('/settings')
    expect(answer?.status()).toBe(403)
    expect(await page.getByRole('main').textContent()).toContain('manager')
  })

  it('refuses a form without the token of the session', async () => {
    const page = await site.open('/actions')
    const answer = await page.request.post('/groups', { form: { name: 'From elsewhere' } })
    expect(answer.status()).toBe(403)
    await page.reload()
    expect(await page.getByText('From elsewhere').count()).toBe(0)
  })

  it('refuses to sign in from another site', async () => {
    const page = await site.open('/sign-in', { as: null })
    const form = { email: 'admin@riverside.example', password }
    const answer = await page.request.post('/sign-in', { form, headers: { 'sec-fetch-site': 'cross-site' } })
    expect(answer.status()).toBe(403)
  })
})

describe('pages that are not there', () => {
  it.each([
    '/nothing',
    '/actions/no-id',
    '/deliveries/00000000-0000-4000-8000-000000000000',
    '/settings/resources/toys',
  ])('%s is told kindly, with a way back', async (path) => {
    const page = await site.open('/actions')
    const answer = await page.goto(path)
    expect(answer?.status()).toBe(404)
    await page.getByRole('link', { name: 'Back to custom actions' }).click()
    expect(page.url()).toBe(`${site.url}/actions`)
  })

  it('leaves programs their problem documents', async () => {
    const page = await site.open('/actions')
    const answer = await page.request.get('/nothing', { headers: { accept: 'application/json' } })
    expect(answer.headers()['content-type']).toContain('application/problem+json')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})

async function enter(page: Awaited<ReturnType<Site['open']>>): Promise<void> {
  await page.getByLabel('E-mail address').fill('admin@riverside.example')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}
