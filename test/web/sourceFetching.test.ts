import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createEhrSource, getEhrSource } from '../../db/queries/ehrSources.ts'
import { readCredentials } from '../../db/queries/inbound/source.ts'
import { type FhirServer, startFhirServer } from '../support/fhirServer.ts'
import { startSftpServer } from '../support/sftpServer.ts'
import { type Site, startSite } from './site.ts'

let site: Site
let ehr: FhirServer
let page: Page
let path: string
let sourceId: string
beforeAll(async () => {
  ;[site, ehr] = await Promise.all([startSite(), startFhirServer()])
  const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
  const made = await inPractice((tx) =>
    createEhrSource(tx, { name: 'Riverside EHR', kind: 'fhir', status: 'active' }, site.encryption, by),
  )
  sourceId = made.id
  path = `/settings/connections/sources/${sourceId}`
  page = await site.open(path)
  ehr.interfere(({ headers }) =>
    headers.authorization === 'Bearer right-token'
      ? undefined
      : { status: 401, body: { resourceType: 'OperationOutcome' } },
  )
})
afterAll(async () => {
  await site.close()
  await ehr.stop()
})

type Work<T> = Parameters<typeof site.database.inOrganization<T>>[1]
function inPractice<T>(work: Work<T>): Promise<T> {
  return site.database.inOrganization(site.practice.organizationId, work)
}
const stored = () => inPractice((tx) => getEhrSource(tx, sourceId))
const field = (name: string) => page.getByLabel(name, { exact: true })
const secret = () => page.getByLabel('Token, password or private key (as a JWK)')
const save = () => page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last()

async function test(): Promise<string> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/test'))
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await answered
  await page.locator('#tested-pull:not(.htmx-request) .tested').waitFor()
  return (await page.locator('#tested-pull').textContent()) ?? ''
}

describe('what is fetched from an EHR', () => {
  it('is asked for when it is ticked, with the fields of the way we prove who we are', async () => {
    expect(await field('Base address of its FHIR server').isVisible()).toBe(false)
    await page.getByLabel('Ask the EHR for what changed').check()
    expect(await secret().isVisible()).toBe(false)
    await page.getByLabel('a user and a password').check()
    expect(await field('User').isVisible()).toBe(true)
    expect(await field('Client id').isVisible()).toBe(false)
    await page.getByLabel('a token', { exact: true }).check()
    expect(await field('User').isVisible()).toBe(false)
  })

  it('says what is wrong beside the field', async () => {
    await field('Base address of its FHIR server').fill('http://ehr.example.org/fhir')
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await page.getByText('It does not work yet').waitFor()
    await save().click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^Base address of its FHIR server: has to begin with https:/),
    ])
    await field('Base address of its FHIR server').fill(ehr.baseUrl)
    await save().click()
    expect(await page.getByRole('alert').locator('li').allTextContents()).toEqual([
      'Token, password or private key (as a JWK): the token is needed',
    ])
  })

  it('is tried before it is saved, and says in a sentence what is wrong', async () => {
    await secret().fill('wrong-token')
    expect(await test()).toContain('It does not work yet')
    await secret().fill('right-token')
    expect(await test()).toMatch(/It works.*lets us read Location, Practitioner, Patient, Appointment/s)
    expect((await stored()).settings.pull).toBeNull()
  })

  it('is saved with a token that no page shows again', async () => {
    await field('Minutes between two rounds').fill('30')
    await field('The first round begins with').fill('2026-01-01')
    await save().click()
    await page.locator('#notice').waitFor()
    expect((await stored()).settings.pull).toMatchObject({
      ...{ baseUrl: ehr.baseUrl, auth: { kind: 'bearer' }, everyMinutes: 30 },
      ...{ startDate: '2026-01-01', changesBy: 'search' },
    })
    expect(await inPractice((tx) => readCredentials(tx, site.encryption, sourceId))).toBe('right-token')
    expect(await page.content()).not.toContain('right-token')
    expect(await test()).toContain('It works')
    const goes = await page.getByRole('region', { name: 'How fetching goes' }).textContent()
    expect(goes).toMatch(/Asked last\s*never/)
    expect(goes).toMatch(/Appointment\s*not yet/)
  })

  it('does not show a token to another server: it has to be typed again', async () => {
    const seen: (string | undefined)[] = []
    const stranger = await startFhirServer()
    stranger.interfere(({ headers }) => void seen.push(headers.authorization))
    await field('Base address of its FHIR server').fill(stranger.baseUrl)
    expect(await test()).toContain('has to be typed again')
    await save().click()
    expect(await page.getByRole('alert').textContent()).toContain('has to be typed again')
    expect(seen).toEqual([])
    await stranger.stop()
    await page.goto(path)
  })

  it('is fetched at once on request', async () => {
    await page.getByRole('button', { name: 'Fetch now' }).click()
    expect(await page.locator('#notice').textContent()).toContain('is asked within a minute')
  })

  it('changes the way without what belonged to the one before', async () => {
    await page.getByLabel('a key of ours').check()
    await field('Client id').fill('practice-1')
    await secret().fill('{"kty":"EC"}')
    await save().click()
    await page.locator('#notice').waitFor()
    expect((await stored()).settings.pull?.auth).toEqual({
      ...{ kind: 'smart', clientId: 'practice-1', tokenUrl: null, algorithm: 'RS384', keyId: null, scope: null },
    })
  })

  it('forgets its credentials when it is switched off, also without script', async () => {
    page = await site.open(path, { javaScriptEnabled: false })
    await page.getByLabel('Ask the EHR for what changed').uncheck()
    await save().click()
    expect(await stored()).toMatchObject({ hasCredentials: false, pull: null, settings: { pull: null } })
  })
})

describe('files that are fetched from an SFTP server', () => {
  let sftp: Awaited<ReturnType<typeof startSftpServer>>
  beforeAll(async () => {
    sftp = await startSftpServer()
    sftp.put('/out/appointments.csv', 'Appt ID', site.now())
    const by = { now: site.now(), who: { userId: null, apiKeyId: null } }
    const made = await inPractice((tx) =>
      createEhrSource(tx, { name: 'Nightly export', kind: 'csv', status: 'active' }, site.encryption, by),
    )
    sourceId = made.id
    page = await site.open(`/settings/connections/sources/${sourceId}`)
  })
  afterAll(() => sftp.stop())

  const tried = async (): Promise<string> => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/test'))
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await answered
    await page.locator('#tested-sftp:not(.htmx-request) .tested').waitFor()
    return (await page.locator('#tested-sftp').textContent()) ?? ''
  }

  it('need the server, a user and a password or key', async () => {
    await page.getByLabel('Fetch files from an SFTP server').check()
    await field('Port').fill('70000')
    await field('Host').fill('sftp://here')
    await save().click()
    const problems = await page.getByRole('alert').locator('li').allTextContents()
    expect(problems).toContainEqual(expect.stringMatching(/^Host: a host is a name or an address alone/))
    expect(problems).toContainEqual('Port: ports end at 65535')
    await field('Host').fill('127.0.0.1')
    await field('Port').fill(String(sftp.port))
    await field('User').fill(sftp.user)
    await field('Folder').fill('/out')
    expect(await tried()).toContain('Password: a password or a private key is needed')
  })

  it('come from a server whose key was compared: until then it gets no password', async () => {
    await field('Password').fill(sftp.password)
    expect(await tried()).toContain(sftp.fingerprint)
    expect(sftp.passwordsSeen).toEqual([])
    await field('Fingerprint of the server’s host key').fill(sftp.fingerprint)
    expect(await tried()).toMatch(/It works.*Files in \/out that match \*\.csv: 1/s)
  })

  it('are moved away afterwards, or stay', async () => {
    expect(await field('That folder').isVisible()).toBe(false)
    await page.getByLabel('is moved to another folder').check()
    await field('That folder').fill('done')
    await save().click()
    await page.locator('#notice').waitFor()
    expect((await stored()).settings.sftp).toMatchObject({
      ...{ host: '127.0.0.1', folder: '/out', afterwards: { action: 'move', folder: 'done' } },
    })
    const credentials = await inPractice((tx) => readCredentials(tx, site.encryption, sourceId))
    expect(JSON.parse(credentials ?? '')).toEqual({ password: sftp.password })
    expect(await page.content()).not.toContain(sftp.password)
    expect(await page.getByRole('region', { name: 'How fetching goes' }).textContent()).toContain('*.csv in /out')
  })
})

it('left no fault in any browser or in the server', () => {
  expect(site.faults).toEqual([])
})
