import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { rotateEhrSource, updateEhrSource } from '../../../db/queries/ehrSources.ts'
import { appointment, bundle, type Ehr, location, openEhr, patient } from './postedEhr.ts'

let ehr: Ehr
beforeAll(async () => {
  ehr = await openEhr({ failuresPerMinute: 1000 })
})
afterAll(() => ehr.drop())

const by = { now: 0, who: { userId: null, apiKeyId: null } }
const post = () => request(ehr.app).post('/ehr/fhir').set('X-Source-Id', ehr.source.id)
const stored = async () => (await ehr.rows<{ count: number }>('select count(*) from inbound_message'))[0]?.count
const sign = (body: string, secret = ehr.source.secret) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const body = JSON.stringify(patient())
const bare = (as: 'hex' | 'base64' = 'hex') => createHmac('sha256', ehr.source.secret).update(body).digest(as)

describe('who may post', () => {
  it.each<[string, (req: request.Test) => request.Test]>([
    ['nobody', (req) => req.unset('X-Source-Id')],
    [
      'an unknown source',
      (req) => req.set('X-Source-Id', '0190a1b2-0000-7000-8000-000000000000').set('Authorization', 'Bearer x'),
    ],
    ['a source that is no id', (req) => req.set('X-Source-Id', "1' or '1'='1").set('Authorization', 'Bearer x')],
    ['no secret', (req) => req],
    ['a wrong secret', (req) => req.set('Authorization', 'Bearer wrong')],
    ['a wrong signature', (req) => req.set('X-Hub-Signature-256', sign(`${body} `))],
    ['a wrong signature in base64', (req) => req.set('X-Signature', Buffer.alloc(32, 7).toString('base64'))],
    ['a wrong one beside a right one', (req) => req.set('X-Hub-Signature-256', sign('x')).set('X-Signature', bare())],
    ['a signature of no form', (req) => req.set('X-Hub-Signature-256', 'sha1=abc')],
    [
      'a right secret beside a wrong signature',
      (req) => req.set('Authorization', `Bearer ${ehr.source.secret}`).set('X-Hub-Signature-256', sign('x')),
    ],
  ])('not %s: 401, and nothing is stored', async (_who, prove) => {
    const before = await stored()
    const answer = await prove(post()).set('Content-Type', 'application/fhir+json').send(body)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'login' }],
    })
    expect(answer.headers['content-type']).toContain('application/fhir+json')
    expect(await stored()).toBe(before)
  })

  it('counts what was posted in the name of a source that could not prove it', async () => {
    const count = async () =>
      (await ehr.rows<{ count: number }>(`select count from rejected_post where reason = 'wrongSecret'`))[0]?.count ?? 0
    const before = await count()
    await post().set('Authorization', 'Bearer wrong').set('Content-Type', 'application/json').send(body)
    expect(await count()).toBe(before + 1)
  })

  it.each([
    ['the secret', (req: request.Test) => req.set('Authorization', `Bearer ${ehr.source.secret}`)],
    ['a signature of the body', (req: request.Test) => req.set('X-Hub-Signature-256', sign(body))],
    ['one in capitals', (req: request.Test) => req.set('X-Hub-Signature-256', bare().toUpperCase())],
    ['one under the name that Medplum uses', (req: request.Test) => req.set('X-Signature', bare())],
    ['one under another name', (req: request.Test) => req.set('X-Signature-256', sign(body))],
    ['one in base64', (req: request.Test) => req.set('X-Hub-Signature-256', `sha256=${bare('base64')}`)],
    [
      'the secret, beside what somebody else signed',
      (req: request.Test) =>
        req.set('Authorization', `Bearer ${ehr.source.secret}`).set('X-Signature', createHash('sha256').digest('hex')),
    ],
  ])('a source that brings %s', async (_what, prove) => {
    expect((await prove(post()).set('Content-Type', 'application/fhir+json').send(body)).status).toBeLessThan(300)
  })

  it('only with the new secret, from the moment it was rotated', async () => {
    const source = await ehr.addSource()
    expect((await ehr.post(patient(), source)).status).toBe(201)
    const { secret } = await ehr.database.inOrganization(ehr.organizationId, (tx) =>
      rotateEhrSource(tx, source.id, ehr.encryption, by),
    )
    expect((await ehr.post(patient(), source)).status).toBe(401)
    expect((await ehr.post(patient(), { id: source.id, secret })).status).toBe(200)
  })

  it('no disabled source, from the moment it was disabled', async () => {
    const source = await ehr.addSource()
    expect((await ehr.post(patient(), source)).status).toBe(201)
    await ehr.database.inOrganization(ehr.organizationId, (tx) =>
      updateEhrSource(tx, source.id, { status: 'disabled' }, null, by),
    )
    expect((await ehr.post(patient(), source)).status).toBe(401)
  })
})

describe('what is refused before it is read', () => {
  it.each(['text/plain', 'application/xml', 'application/fhir+xml', 'multipart/form-data'])(
    'content type %s: 415',
    async (type) => {
      const answer = await post()
        .set('Authorization', `Bearer ${ehr.source.secret}`)
        .set('Content-Type', type)
        .send(body)
      expect([answer.status, answer.body.issue[0].details.text]).toEqual([
        415,
        'Content-Type has to be application/fhir+json or application/json',
      ])
    },
  )

  it('a body of 30 MB: 413, and the server goes on', async () => {
    const before = await stored()
    const answer = await ehr.post(Buffer.alloc(30 * 1024 * 1024, 0x20))
    expect([answer.status, answer.body.issue[0].code]).toEqual([413, 'too-long'])
    expect(await stored()).toBe(before)
    expect((await ehr.post(patient({ id: 'p-after' }))).status).toBe(201)
  })

  it('reading: 405', async () => {
    expect((await request(ehr.app).get('/ehr/fhir')).status).toBe(405)
  })

  it('more posts in a minute than agreed: 429, for that source alone', async () => {
    const few = await openEhr({ postsPerMinute: 2 })
    try {
      const other = await few.addSource()
      const statuses = []
      for (let count = 0; count < 3; count++) statuses.push((await few.post(patient())).status)
      expect(statuses).toEqual([201, 200, 429])
      expect((await few.post(patient(), other)).status).toBe(201)
    } finally {
      await few.drop()
    }
  })
})

describe('what can not be understood is kept with the reason', () => {
  it.each<[string, unknown, string, string]>([
    ['broken JSON', '{"resourceType": "Patient"', '$this', 'structure'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '$this', 'structure'],
    ['nothing', '', '$this', 'structure'],
    ['an array', '[]', '$this', 'structure'],
    ['JSON far too deep', '['.repeat(200_000), '$this', 'structure'],
    ['another resource', { resourceType: 'Observation', id: 'o' }, 'Observation.resourceType', 'not-supported'],
    ['a date that is none', appointment({ start: '2026-02-30T25:00' }), 'Appointment.start', 'value'],
    ['no patient', appointment({ participant: [] }), 'Appointment.participant', 'required'],
    ['no start', appointment({ start: undefined }), 'Appointment.start', 'required'],
    ['no id', patient({ id: undefined }), 'Patient.id', 'required'],
  ])('%s: 422 with the path', async (_what, sent, path, code) => {
    const answer = await ehr.post(sent)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code, expression: [path] }],
    })
    const [message] = await ehr.rows<{ outcome: string; reasons: { path: string }[]; raw: Buffer }>(
      'select outcome, reasons, raw from inbound_message order by id desc limit 1',
    )
    expect([message?.outcome, message?.reasons[0]?.path]).toEqual(['quarantined', path])
    const raw =
      typeof sent === 'string' || Buffer.isBuffer(sent) ? Buffer.from(sent) : Buffer.from(JSON.stringify(sent))
    expect(ehr.encryption.decryptBytes(message?.raw ?? Buffer.alloc(0)).equals(raw)).toBe(true)
    expect(await ehr.rows('select 1 from care_event')).toEqual([])
  })

  it('an unknown zone is a warning: the rest of the record is taken', async () => {
    const answer = await ehr.post(
      location({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'Mars/Base' }] }),
    )
    expect(answer.status).toBe(201)
    expect(answer.body.issue).toMatchObject([
      { severity: 'information' },
      { severity: 'warning', code: 'code-invalid', expression: ['Location.extension[0].valueCode'] },
    ])
  })
})

describe('a Bundle', () => {
  const broken = appointment({ id: 'b-broken', start: 'x' })

  it('as a batch keeps what is right, and says what is not', async () => {
    const answer = await ehr.post(bundle('batch', [{ resource: broken }, { resource: patient({ id: 'b-1' }) }]))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      resourceType: 'Bundle',
      type: 'batch-response',
      entry: [
        {
          response: {
            status: '422 Unprocessable Entity',
            outcome: { issue: [{ expression: ['Bundle.entry[0].resource.start'] }] },
          },
        },
        { response: { status: '201 Created' } },
      ],
    })
    expect(await ehr.rows(`select external_id from patient where external_id = 'b-1'`)).toHaveLength(1)
    expect(await ehr.rows('select outcome from inbound_message order by id desc limit 1')).toEqual([
      { outcome: 'partly' },
    ])
  })

  it('as a transaction is taken as a whole or not at all', async () => {
    const answer = await ehr.post(bundle('transaction', [{ resource: broken }, { resource: patient({ id: 'b-2' }) }]))
    expect([answer.status, answer.body.resourceType]).toEqual([422, 'OperationOutcome'])
    expect(await ehr.rows(`select 1 from patient where external_id = 'b-2'`)).toEqual([])
    const whole = await ehr.post(
      bundle('transaction', [{ resource: appointment({ id: 'b-3' }) }, { resource: patient({ id: 'b-2' }) }]),
    )
    expect(whole.body.entry.map((entry: { response: { status: string } }) => entry.response.status)).toEqual([
      '201 Created',
      '201 Created',
    ])
  })
})
