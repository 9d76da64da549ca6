import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { newId } from '../../db/newId.ts'
import { dayMs } from '../../domain/instant.ts'
import { secureLinkFor } from '../support/secureMessage.ts'
import { type Site, startSite } from './site.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const right = { month: '2', day: '3', year: '1980' }
const wrong = { month: '3', day: '2', year: '1980' }
const text = 'Hi Maria, your colonoscopy needs a clear day before.\n\nRead https://example.org/prep.'

let site: Site
let token: string
/** Each caller is another household. */
let caller = 0

beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())
beforeEach(async () => {
  caller += 1
  await query('update patient set secure_tries = 0, secure_locked_at = null')
  await query('update contact_point set invalid_since = null')
  token = await link()
})

const world = () => ({ ...site, organizationId: site.practice.organizationId })
const link = (more: Partial<Parameters<typeof secureLinkFor>[1]> = {}) =>
  secureLinkFor(world(), { deliveryId: site.practice.delivered, body: text, now: site.now(), ...more })
const query = <T extends object>(sql: string, params: unknown[] = []) =>
  site.database.inOrganization(site.practice.organizationId, (tx) => tx.query<T>(sql, params))

async function request(path: string, form?: Record<string, string>) {
  const answer = await fetch(site.url + path, {
    redirect: 'manual',
    headers: { 'x-forwarded-for': `10.0.0.${caller}` },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  })
  const html = await answer.text()
  return { status: answer.status, headers: answer.headers, html, heading: /<h1>([^<]*)<\/h1>/.exec(html)?.[1] }
}

describe('the link of a secure message', () => {
  it('asks for the birth date, and tells nothing before', async () => {
    const { status, html, heading, headers } = await request(`/m/${token}`)
    expect({ status, heading }).toEqual({ status: 200, heading: 'Tiene un mensaje privado' })
    for (const word of ['colonoscopy', 'Maria', 'Quill', 'Osei', '1980']) expect(html).not.toContain(word)
    expect(html).not.toContain('<script')
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': expect.stringContaining('noindex'),
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'self';(?!.*script)/),
    })
    expect(await query('select 1 from secure_message where opened_at is not null')).toEqual([])
  })

  it('opens with the birth date, on five devices, and says since when it was read', async () => {
    for (let device = 0; device < 5; device++) {
      caller += 1
      const { status, html, headers } = await request(`/m/${token}`, right)
      expect(status).toBe(200)
      expect(html).toContain('your colonoscopy needs a clear day before')
      expect(html).toContain('<a href="https://example.org/prep" rel="noreferrer">')
      expect(headers.get('cache-control')).toBe('no-store')
      site.pass(60_000)
    }
    const [row] = await query<{ message: Date; delivery: Date; status: string }>(
      `select m.opened_at as message, d.opened_at as delivery, d.status from secure_message m
         join delivery d on d.id = m.delivery_id where m.opened_at is not null`,
    )
    expect([row?.message, row?.delivery, row?.status]).toEqual([
      new Date(site.now() - 5 * 60_000),
      new Date(site.now() - 5 * 60_000),
      'delivered',
    ])
    const audit = await query(`select actor_kind from audit_entry where action = 'secureMessageOpened'`)
    expect(audit).toEqual(Array.from({ length: 5 }, () => ({ actor_kind: 'patient' })))
    expect(await query('select 1 from outbox')).toEqual([])
  })

  it('counts no try for what is no date', async () => {
    for (const form of [{}, { ...right, year: '80' }, { ...right, day: '31' }])
      expect((await request(`/m/${token}`, form)).status).toBe(422)
    expect(await query('select 1 from patient where secure_tries > 0')).toEqual([])
  })

  it('is locked after five wrong dates, over all messages of the patient, also for the right date', async () => {
    const other = await link({ deliveryId: site.practice.unknown })
    for (const left of [4, 3, 2]) expect((await request(`/m/${token}`, wrong)).html).toContain(`${left} veces más`)
    expect((await request(`/m/${other}`, wrong)).html).toContain('una vez más')
    expect(await request(`/m/${other}`, wrong)).toMatchObject({ status: 403, heading: 'Este mensaje está bloqueado' })
    for (const each of [token, other])
      for (const form of [undefined, right])
        expect(await request(`/m/${each}`, form)).toMatchObject({ status: 403, heading: 'Este mensaje está bloqueado' })
    expect(await query(`select 1 from audit_entry where action = 'secureMessagesLocked'`)).toHaveLength(1)
  })

  it('counts tries that come at once one by one', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => request(`/m/${token}`, wrong)))
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(4)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(8)
  })

  it('forgets wrong dates after a right one', async () => {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) expect((await request(`/m/${token}`, wrong)).status).toBe(422)
      expect((await request(`/m/${token}`, right)).status).toBe(200)
    }
  })

  it('opens for thirty days', async () => {
    const old = await link({ now: site.now() - 30 * dayMs + 1 })
    expect((await request(`/m/${old}`, right)).status).toBe(200)
    const older = await link({ now: site.now() - 30 * dayMs })
    for (const form of [undefined, right])
      expect(await request(`/m/${older}`, form)).toMatchObject({ status: 410, heading: 'Este enlace ha caducado' })
  })

  it('gives way to a newer one of the same message', async () => {
    const newer = await link()
    expect(await request(`/m/${token}`, right)).toMatchObject({ status: 410, heading: 'Este enlace ya no funciona' })
    expect((await request(`/m/${newer}`, right)).status).toBe(200)
  })

  it.each(['AAAAAAAAAAAAAAAAAAAAAA', '000000000000', 'x', `${'a'.repeat(500)}`, '%00', '..%2fetc'])(
    'that was guessed (%s) opens nothing and says nobody’s name',
    async (guess) => {
      const { status, heading, html } = await request(`/m/${guess}`)
      expect({ status, heading }).toEqual({ status: 404, heading: 'This link does not open anything' })
      expect(html).not.toContain('Riverside')
    },
  )

  it('cannot be guessed at will', async () => {
    const statuses = new Set<number>()
    for (let i = 0; i < 40; i++) statuses.add((await request(`/m/${'A'.repeat(20)}${i + 10}`)).status)
    expect([...statuses]).toEqual([404, 429])
    caller += 1
    expect((await request(`/m/${token}`)).status).toBe(200)
  })

  it('of somebody else is told to the practice, and the number is not used any more', async () => {
    expect(await request(`/m/${token}`, { notMe: 'yes' })).toMatchObject({
      status: 200,
      heading: 'Gracias por avisarnos',
    })
    expect((await request(`/m/${token}`, right)).status).toBe(410)
    const { maria } = site.practice.patients
    expect(await query('select address, patient_id from contact_point where invalid_since is not null')).toEqual([
      { address: '+15555550142', patient_id: maria },
    ])
    expect(await query('select direction, meaning, handled_at, patient_id from reply')).toEqual([
      { direction: 'in', meaning: 'wrongPerson', handled_at: null, patient_id: maria },
    ])
    expect(await query('delete from outbox returning 1')).not.toEqual([])
    await request(`/m/${token}`, { notMe: 'yes' })
    const [reply] = await query<{ id: string }>('select id from reply')
    const page = await site.open('/actions', { as: 'staff' })
    const answered =
      await page.evaluate<number>(`fetch('/api/session').then((one) => one.json()).then(({ csrfToken }) =>
      fetch('/api/replies/${reply?.id}/answer', { method: 'POST', body: '{"body":"Hello?"}',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken } })).then(({ status }) => status)`)
    expect(answered).toBe(409)
    expect(await query('delete from reply returning 1')).toHaveLength(1)
  })

  it('is a code of digits where it was said on the phone', async () => {
    const code = await link({ channel: 'voice' })
    expect((await request('/m')).heading).toBe('Open your private message')
    expect((await request('/m', { code: '12 34' })).status).toBe(422)
    const answer = await request('/m', { code: code.replaceAll(/(\d{3})/g, '$1 ') })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/m/${code}`])
    expect((await request(`/m/${code}`, right)).html).toContain('your colonoscopy')
  })
})

describe('the delivery’s page', () => {
  const page = (as: 'admin' | 'staff') => site.open(`/deliveries/${site.practice.delivered}`, { as })

  it('says whether it was opened, and never shows what opens it', async () => {
    await query('update delivery set opened_at = null')
    const before = await page('staff')
    expect(await before.getByText('Nobody has opened it yet. The link works until').count()).toBe(1)
    expect(await before.content()).not.toContain(token)
    expect(await before.getByText('http://localhost:8080/m/…').count()).toBe(1)
    await request(`/m/${token}`, right)
    await before.reload()
    expect(await before.getByText(/^Opened \w+, \w+ \d+/).count()).toBe(1)
  })

  it('sends a new link to a patient who is locked out', async () => {
    for (let i = 0; i < 5; i++) await request(`/m/${token}`, wrong)
    const opened = await page('staff')
    expect(await opened.getByText('locked, because a wrong birth date').count()).toBe(1)
    await opened.getByRole('button', { name: 'Send a new link' }).click()
    await opened.getByRole('button', { name: 'Send the link' }).click()
    await opened.getByText('A new link is on its way').waitFor()
    expect(await query(`select 1 from delivery where reissue and status = 'claimed'`)).toHaveLength(1)
    await query(`update delivery set status = 'delivered', final = true, reissue = false where reissue`)
    await query('delete from outbox')
  })

  it('shows its content to an admin who asks, and to nobody else', async () => {
    const asStaff = await page('staff')
    expect(await asStaff.getByRole('button', { name: 'Show what it says' }).count()).toBe(0)
    const asAdmin = await page('admin')
    expect(await asAdmin.content()).not.toContain('needs a clear day')
    await asAdmin.getByRole('button', { name: 'Show what it says' }).click()
    await asAdmin.getByText('needs a clear day before').waitFor()
    for (const width of [1280, 390]) {
      await asAdmin.setViewportSize({ width, height: 844 })
      expect(await violations(asAdmin)).toEqual([])
      expect(await asAdmin.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    }
    expect(await query(`select 1 from audit_entry where action = 'secureContentRead'`)).toHaveLength(1)
  })
})

describe('a message to staff', () => {
  let forStaff: string
  beforeEach(async () => {
    const staffMemberId = newId()
    await query(
      `insert into staff_member (organization_id, id, first_name, last_name, user_id, created_at, updated_at)
       values ($1, $2, 'Robin', 'Lake', $3, $4, $4)`,
      [site.practice.organizationId, staffMemberId, site.practice.users.staff.id, new Date(site.now())],
    )
    forStaff = await link({ staffMemberId, body: 'Call Maria about the biopsy' })
  })

  it('asks to sign in, and takes no birth date', async () => {
    for (const form of [undefined, right]) {
      const { status, headers, html } = await request(`/m/${forStaff}`, form)
      expect(status).toBe(303)
      expect(headers.get('location')).toMatch(form ? /^\/m\// : /^\/sign-in\?back=/)
      expect(html).not.toContain('biopsy')
    }
  })

  it('opens for whom it was sent to, and for nobody else', async () => {
    const mine = await site.open(`/m/${forStaff}`, { as: 'staff' })
    expect(await mine.getByText('Call Maria about the biopsy').count()).toBe(1)
    const others = await site.open(`/m/${forStaff}`, { as: 'admin' })
    expect(await others.getByText('biopsy').count()).toBe(0)
    expect(await others.getByText('This message is for somebody else').count()).toBe(1)
    expect(
      await query(`select actor_kind from audit_entry where action = 'secureMessageOpened' and actor_kind = 'user'`),
    ).toHaveLength(1)
  })
})

describe.each(['light', 'dark'] as const)('on a phone without scripts, in %s', (colorScheme) => {
  const open = (path: string) =>
    site.open(path, { as: null, colorScheme, javaScriptEnabled: false, viewport: { width: 390, height: 844 } })

  it('a message is opened by hand', async () => {
    const page = await open(`/m/${await link({ deliveryId: site.practice.unknown, subject: 'Before your visit' })}`)
    await page.getByRole('button', { name: 'Abrir el mensaje' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('Elija el mes')
    await page.getByLabel('Mes').selectOption('2')
    await page.getByLabel('Día').fill('3')
    await page.getByLabel('Año').fill('1980')
    await page.getByRole('button', { name: 'Abrir el mensaje' }).click()
    expect(await page.getByRole('heading').textContent()).toBe('Before your visit')
  })

  it('every page is accessible and needs no sideways scrolling', async () => {
    const spoken = await link({ channel: 'voice', deliveryId: site.practice.unknown })
    const page = await site.open('/m', { as: null, colorScheme, viewport: { width: 390, height: 844 } })
    const check = async () => {
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    }
    await check()
    await page.goto(`/m/${spoken}`)
    await page.locator('summary').click()
    await check()
    await page.getByLabel('Mes').selectOption('2')
    await page.getByLabel('Día').fill('3')
    await page.getByLabel('Año').fill('1980')
    await page.getByRole('button', { name: 'Abrir el mensaje' }).click()
    await check()
    await page.goto('/m/AAAAAAAAAAAAAAAAAAAAAA')
    await check()
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})

/** What axe finds, told briefly. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate<AxeResults>(`${axe}; axe.run({ resultTypes: ['violations'] })`)
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
