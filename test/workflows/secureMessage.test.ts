import { describe, expect, it } from '@jest/globals'
import supertest from 'supertest'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/deps.ts'
import { pageSessions } from '../../api/pageSessions.ts'
import { reissueSecureMessage } from '../../db/queries/deliveryByHand.ts'
import { secureTokenHash } from '../../db/secureMessages.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { createWeb } from '../../web/routes.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { everyRule, type Practice, quill } from '../support/practice.ts'
import { scanTables } from '../support/privacy.ts'

const body = 'Hi {{ patient.firstName }}, bring your insulin to {{ facility.name }}'
const content = 'Hi Zephyrine, bring your insulin to Riverside Main'

describe('a secure message, on its way', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  const query = <T extends object>(sql: string, params: unknown[] = []) =>
    engine.database.inOrganization(engine.organizationId, (tx) => tx.query<T>(sql, params))
  const runs = async (id: string) => {
    await engine.relay()
    await engine.workflow(id).result()
  }

  it('goes out as a link, while its content lies encrypted behind it', async () => {
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', engine.inDays(2)))

    const [notice] = await practice.phone()
    const token = /\/m\/([\w-]{22})$/.exec(notice?.body ?? '')?.[1] ?? ''
    expect(notice?.body).toBe(
      `Riverside Family Clinic has a private message for you. Read it here: http://127.0.0.1:8080/m/${token}`,
    )
    const [stored] = await query<{ bodyEncrypted: Buffer; tokenHash: string; days: number; status: string }>(
      `select m.body_encrypted as "bodyEncrypted", m.token_hash as "tokenHash", d.status,
         extract(day from m.expires_at - m.created_at)::int as days
       from secure_message m join delivery d on d.id = m.delivery_id where d.secure and m.patient_id = d.patient_id`,
    )
    expect(stored).toMatchObject({ tokenHash: await secureTokenHash(token), days: 30, status: 'delivered' })
    expect(engine.encryption.decrypt(stored?.bodyEncrypted ?? Buffer.of())).toBe(content)
    const [delivery] = await query<{ text: Buffer }>('select text_encrypted as text from delivery')
    expect(engine.encryption.decrypt(delivery?.text ?? Buffer.of())).toBe(notice?.body)
    expect((await practice.ledger())[0]?.trail.map(({ check }) => check)).toContain('secure')
  })

  it('is opened from the phone, and lies in plain nowhere on its way', async () => {
    await practice.action({
      message: { subject: 'Before your visit', body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', engine.inDays(2)))
    const [notice] = await practice.phone()
    const link = new URL(/(http\S+)$/.exec(notice?.body ?? '')?.[1] ?? '')
    const { app, logged } = site(engine)

    const asked = await supertest(app).get(link.pathname)
    expect([asked.status, asked.text.includes('insulin')]).toEqual([200, false])
    const wrong = await supertest(app).post(link.pathname).type('form').send({ year: '1981', month: '2', day: '3' })
    expect([wrong.status, wrong.text.includes('insulin')]).toEqual([422, false])
    const opened = await supertest(app).post(link.pathname).type('form').send({ year: '1980', month: '2', day: '3' })
    expect([opened.status, opened.text.includes(content)]).toEqual([200, true])
    expect(opened.text).toContain('<h1>Before your visit</h1>')
    expect(await query('select 1 from delivery where opened_at is not null')).toHaveLength(1)
    expect(await query('select 1 from outbox')).toEqual([])

    const token = link.pathname.slice('/m/'.length)
    const { tables, found } = await scanTables(engine.url, [content, token, notice?.body ?? '', 'Before your visit Hi'])
    expect(tables).toBeGreaterThan(30)
    expect(found).toEqual([])
    expect((await scanTables(engine.url, ['Zephyrine'])).found).toContain('Zephyrine in patient')
    expect(logged.length).toBeGreaterThan(0)
    expect(JSON.stringify(logged)).not.toContain(token)
  })

  it('is what becomes of any message about a facility that the practice calls sensitive', async () => {
    await practice.action({ message: { body }, skippedRules: [...everyRule] })
    await query(`update facility set sensitive = true, public_name = 'Our clinic'`)
    await runs(await practice.book('visit', engine.inDays(2)))
    const [notice] = await practice.phone()
    expect(notice?.body).toMatch(/^Riverside Family Clinic has a private message for you\. Read it here: \S+$/)
    const [stored] = await query<{ body: Buffer }>('select body_encrypted as body from secure_message')
    expect(engine.encryption.decrypt(stored?.body ?? Buffer.of())).toBe(
      'Hi Zephyrine, bring your insulin to Our clinic',
    )
  })

  it('says on the phone where to look, and no more', async () => {
    await practice.post({ ...quill, telecom: [{ system: 'phone', use: 'home', value: '+15555550101' }] })
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: ['voice'], secure: null },
      skippedRules: [...everyRule],
    })
    await query(`update contact_point set channel = 'voice'`)
    await runs(await practice.book('visit', engine.inDays(2)))
    const [call] = await practice.phone()
    expect(call?.body).toMatch(/go to 127\.0\.0\.1:8080\/m and enter this code: (\d ?){12}\./)
    const code = /code: ((?:\d ){11}\d)/.exec(call?.body ?? '')?.[1]?.replaceAll(' ', '') ?? ''
    expect(await engine.database.lookup.secureMessage(await secureTokenHash(code))).not.toBeNull()
  })

  it('is not sent to a patient whose birth date is not known', async () => {
    const { birthDate: _, ...unborn } = quill
    await practice.post(unborn)
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', engine.inDays(2)))
    expect(await practice.phone()).toEqual([])
    expect(await practice.ledger()).toMatchObject([{ status: 'skipped', reason: 'noBirthDate' }])
  })

  it('of a child goes to the guardian, and opens with the birth date of the child', async () => {
    const child = new Date(engine.now() - 8 * 366 * dayMs).toISOString().slice(0, 10)
    await practice.post({ ...quill, birthDate: child })
    const [guardian] = await query<{ id: string }>(
      `insert into patient_contact (organization_id, id, patient_id, role, first_name, created_at, updated_at)
       select organization_id, gen_random_uuid(), id, 'guardian', 'Ida', $1, $1 from patient returning id`,
      [new Date(engine.now())],
    )
    await query(
      `insert into contact_point (organization_id, id, patient_contact_id, channel, address, rank, origin, created_at, updated_at)
       values ($1, gen_random_uuid(), $2, 'sms', '+15555550119', 1, 'ehr', $3, $3)`,
      [engine.organizationId, guardian?.id, new Date(engine.now())],
    )
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', engine.inDays(2)))
    const [notice] = await practice.phone()
    expect(notice?.to).toBe('+15555550119')
    const path = /(\/m\/[\w-]{22})$/.exec(notice?.body ?? '')?.[1] ?? ''
    const [year = '', month = '', day = ''] = child.split('-')
    const opened = await supertest(site(engine).app).post(path).type('form').send({ year, month, day })
    expect([opened.status, opened.text.includes(content)]).toEqual([200, true])
  })

  it('goes out once more behind a new link when staff say so, long after its time', async () => {
    const secure = { message: { body, containsPhi: true }, channels: { override: null, secure: null } }
    await practice.action({ ...secure, skippedRules: [...everyRule] })
    const id = await practice.book('visit', engine.inDays(2))
    await runs(id)
    await query('update patient set secure_tries = 5, secure_locked_at = $1', [new Date(engine.now())])
    engine.setClock(engine.now() + 20 * dayMs)
    const [delivery] = await query<{ id: string }>('select id from delivery')
    const by = { now: engine.now(), who: { userId: null, apiKeyId: null } }
    await engine.database.inOrganization(engine.organizationId, (tx) =>
      reissueSecureMessage(tx, delivery?.id ?? '', by),
    )
    await runs(id)

    const tokens = (await practice.phone()).map((message) => /\/m\/([\w-]{22})$/.exec(message.body)?.[1] ?? '')
    expect(new Set(tokens).size).toBe(2)
    const links = await query<{ tokenHash: string; body: Buffer; works: boolean }>(
      `select token_hash as "tokenHash", body_encrypted as body, invalidated_at is null as works from secure_message order by created_at`,
    )
    expect(links.map(({ tokenHash, works }) => [tokenHash, works])).toEqual([
      [await secureTokenHash(tokens[0] ?? ''), false],
      [await secureTokenHash(tokens[1] ?? ''), true],
    ])
    for (const each of links) expect(engine.encryption.decrypt(each.body)).toBe(content)
    expect(await query('select number, status from attempt order by number')).toEqual([
      { number: 1, status: 'delivered' },
      { number: 2, status: 'delivered' },
    ])
    expect(await practice.ledger()).toMatchObject([{ status: 'delivered', reason: null }])
    expect(await query('select 1 from patient where secure_tries > 0 or secure_locked_at is not null')).toEqual([])
  })

  it('is not sent again to somebody who has opted out since', async () => {
    const secure = { message: { body, containsPhi: true }, channels: { override: null, secure: null } }
    await practice.action({ ...secure, skippedRules: [...everyRule] })
    const id = await practice.book('visit', engine.inDays(2))
    await runs(id)
    await query(
      `insert into consent (organization_id, id, address, channel, category, state, source, at)
       values ($1, gen_random_uuid(), '+15555550101', 'sms', 'care', 'denied', 'reply', $2),
              ($1, gen_random_uuid(), '+15555550101', 'voice', 'care', 'denied', 'reply', $2)`,
      [engine.organizationId, new Date(engine.now())],
    )
    const [delivery] = await query<{ id: string }>('select id from delivery')
    const by = { now: engine.now(), who: { userId: null, apiKeyId: null } }
    await engine.database.inOrganization(engine.organizationId, (tx) =>
      reissueSecureMessage(tx, delivery?.id ?? '', by),
    )
    await runs(id)
    expect(await practice.phone()).toHaveLength(1)
    expect(await practice.ledger()).toMatchObject([{ status: 'failed', reason: 'noConsent' }])
  })

  it('can have the link to the patient’s message preferences in any text, always the same', async () => {
    await practice.action({
      message: { body: 'See you soon. Fewer messages: {{ links.preferences }}' },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', engine.inDays(2)))
    await runs(await practice.book('other', engine.inDays(3)))
    const links = (await practice.phone()).map((message) => / (http\S+\/p\/[\w-]{22})$/.exec(message.body)?.[1])
    expect(links).toEqual([links[0], links[0]])
    expect(links[0]).toMatch(/^http:\/\/127\.0\.0\.1:8080\/p\//)
  })

  it('can have the link where the patient confirms, which stops what asks for it', async () => {
    await practice.action({
      title: 'Please confirm',
      message: { body: 'Please confirm your visit: {{ appointment.confirmLink }}' },
      timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start' },
      skippedRules: [...everyRule],
    })
    await practice.action({
      title: 'Please do',
      message: { body: 'You have not confirmed yet: {{ appointment.confirmLink }}' },
      timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start' },
      filters: { confirmation: ['none'] },
      skippedRules: [...everyRule],
    })
    const id = await practice.book('visit', engine.inDays(3))
    engine.hold(id)
    await engine.relay()
    await engine.advance(id, (26 * hourMs) / 1_000)
    const [asked] = await practice.phone()
    const path = /(\/c\/[\w-]{22})$/.exec(asked?.body ?? '')?.[1] ?? ''
    await supertest(site(engine).app).post(path).type('form').send({ answer: 'confirmed' })
    await engine.relay()
    await engine.advance(id, (2 * dayMs) / 1_000)
    await engine.workflow(id).result()
    expect(await practice.phone()).toHaveLength(1)
    expect(await query('select confirmation, confirmed_by from care_event')).toEqual([
      { confirmation: 'confirmed', confirmed_by: 'patient' },
    ])
  })
})

/** The pages over the engine's database, and what they log. */
function site(engine: Engine) {
  const logged: unknown[] = []
  const log = (...line: unknown[]) => void logged.push(line)
  const deps: ApiDeps = {
    database: engine.database,
    encryption: engine.encryption,
    configuration: engine.configuration,
    clock: engine.now,
    log: { info: log, warn: log, error: log },
    publicUrl: engine.publicUrl,
    readiness: async () => ({ database: true, temporal: true, worker: true }),
    simulator: true,
  }
  const web = createWeb({ ...deps, sessions: pageSessions(deps), temporalUi: null, mllp: null, report: log })
  return { app: createApp({ ...deps, web }), logged }
}
