import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { quill } from '../support/practice.ts'
import { privateIn, scanHistories } from '../support/privacy.ts'
import { settled } from '../support/settled.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { runProgram } from './program.ts'

interface FirstRun {
  url: string
  apiKey: string
  ehrSource: { id: string; secret: string }
}

describe('what operators can read', () => {
  let folder: string
  let program: ReturnType<typeof runProgram>
  let first: FirstRun

  beforeEach(async () => {
    folder = await temporaryFolder('privacy-test-')
    program = runProgram('start/main.ts', {
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      POSTGRES_PORT: '0',
      TEMPORAL_PORT: '0',
      TEMPORAL_UI_PORT: '0',
    })
    await program.printed('Custom actions is ready.')
    first = JSON.parse(await readFile(join(folder, 'data', 'first-run.json'), 'utf8')) as FirstRun
  })
  afterEach(async () => {
    program.kill('SIGKILL')
    await program.ended
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 })
  })

  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(first.url + path, {
      method,
      headers: { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json().catch(() => null)) as { items?: unknown[] } | null }
  }
  const ehr = async (body: string, secret = first.ehrSource.secret) => {
    const headers = {
      'x-source-id': first.ehrSource.id,
      authorization: `Bearer ${secret}`,
      'content-type': 'application/fhir+json',
    }
    return (await fetch(`${first.url}/ehr/fhir`, { method: 'POST', headers, body })).status
  }

  it('tells nothing of patients or texts, when all goes well and when it does not', async () => {
    expect(await ehr(JSON.stringify(quill))).toBeLessThan(300)
    await ehr(JSON.stringify({ resourceType: 'Location', id: 'main', status: 'active', name: 'Riverside Main' }))
    await ehr(
      JSON.stringify({ resourceType: 'Practitioner', id: 'strange', name: [{ family: 'Strange', given: ['Ada'] }] }),
    )
    const created = await api('POST', '/api/custom-actions', {
      type: 'appointment',
      title: 'Zephyrine Quill: see you on',
      status: 'active',
      recipients: { kind: 'patient' },
      message: { body: 'Hi {{ patient.firstName }}, see you on {{ appointment.start | date_short }}' },
      channels: { override: ['sms'], secure: false },
      timing: { offset: 60, unit: 'minutes', direction: 'before', anchor: 'start' },
      skippedRules: ['quietHours', 'holidays', 'sundays', 'recentEdit'],
    })
    expect(created.status).toBe(201)
    const start = new Date(Date.now() + 3_602_000).toISOString()
    const participant = ['Patient/quill', 'Practitioner/strange', 'Location/main'].map((reference) => ({
      actor: { reference },
      status: 'accepted',
    }))
    const visit = { resourceType: 'Appointment', id: 'visit', status: 'booked', start, end: start, participant }
    expect(await ehr(JSON.stringify(visit))).toBeLessThan(300)

    // What goes wrong, and quotes what it is about.
    expect(await ehr(JSON.stringify(quill), 'wrong')).toBe(401)
    expect(await ehr(`{"resourceType": "Patient", "name": "Zephyrine Quill`)).toBe(422)
    expect(await ehr(JSON.stringify({ ...visit, id: 'Quill', start: 'on the day Zephyrine comes' }))).toBe(422)
    await api('POST', '/api/custom-actions', {
      title: 'Zephyrine',
      message: { body: 'see you on {{ patient.Quill }}' },
    })
    await api('GET', `/api/patients?q=Zephyrine`)
    await api('GET', `/api/simulator/messages?to=${encodeURIComponent('+15555550101')}`)
    await api('GET', '/api/nothing/Zephyrine')

    await settled(async () => ((await api('GET', '/api/simulator/messages')).body?.items?.length ?? 0) > 0)
    await api('POST', '/api/simulator/replies', { from: '+15555550101', body: 'Zephyrine says hello' })

    const token = await openSecureMessage(start)

    const ports = JSON.parse(await readFile(join(folder, 'data', 'ports.json'), 'utf8')) as Record<string, number>
    const { scanned, found } = await scanHistories(`127.0.0.1:${ports.TEMPORAL_PORT}`, 'default')
    expect(scanned).toBeGreaterThan(0)
    expect(found).toEqual([])

    program.kill('SIGINT')
    expect(await program.ended).toBe(0)
    const logs = join(folder, 'data', 'logs')
    const files = await readdir(logs)
    expect(files).toEqual(expect.arrayContaining(['app.log']))
    for (const file of files) expect([file, privateIn(await readFile(join(logs, file), 'utf8'))]).toEqual([file, []])
    expect(privateIn(program.out() + program.err())).toEqual([])
    expect((await readFile(join(logs, 'app.log'), 'utf8')).includes('/m/…')).toBe(true)
    for (const file of files) expect((await readFile(join(logs, file), 'utf8')).includes(token)).toBe(false)
  })

  /** A message with PHI for the visit, from its link on the phone to its content; returns what opened it. */
  async function openSecureMessage(start: string): Promise<string> {
    const created = await api('POST', '/api/custom-actions', {
      type: 'appointment',
      title: 'Zephyrine’s insulin',
      status: 'active',
      recipients: { kind: 'patient' },
      message: { body: 'Hi {{ patient.firstName }}, bring your insulin', containsPhi: true },
      timing: { offset: 59, unit: 'minutes', direction: 'before', anchor: 'start', maxLatenessMinutes: 60 },
      skippedRules: ['quietHours', 'holidays', 'sundays', 'recentEdit'],
    })
    expect(created.status).toBe(201)
    const soon = new Date(Date.parse(start) - 60_000 + 2_000).toISOString()
    const moved = {
      ...{ resourceType: 'Appointment', id: 'visit', status: 'booked', start: soon, end: soon },
      participant: [{ actor: { reference: 'Patient/quill' }, status: 'accepted' }],
    }
    expect(await ehr(JSON.stringify(moved))).toBeLessThan(300)
    let token = ''
    await settled(async () => {
      const { body } = await api('GET', '/api/simulator/messages')
      token = (body?.items ?? []).map((item) => /\/m\/([\w-]{22})/.exec(JSON.stringify(item))?.[1]).find(Boolean) ?? ''
      return token !== ''
    })
    const birthDate = new URLSearchParams({ month: '2', day: '3', year: '1980' })
    const opened = await fetch(`${first.url}/m/${token}`, { method: 'POST', body: birthDate })
    expect([opened.status, (await opened.text()).includes('bring your insulin')]).toEqual([200, true])
    await fetch(`${first.url}/m/${token}x`)
    return token
  }
})
