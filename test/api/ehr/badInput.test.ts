import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { mllpAnswers } from '../../../api/mllp/answer.ts'
import { FrameReader, frameOf } from '../../../api/mllp/frames.ts'
import { startMllp } from '../../../api/mllp/server.ts'
import { appointment, bundle, type Ehr, openEhr, participants, patient } from './postedEhr.ts'

let ehr: Ehr
let hl7: { id: string; secret: string }
beforeAll(async () => {
  ehr = await openEhr()
  hl7 = await ehr.addSource('active', 'hl7v2')
})
afterAll(() => ehr.drop())

const megabyte = 1024 * 1024
const names = async (table: 'patient' | 'care_event', sourceId = ehr.source.id) =>
  (
    await ehr.rows<{ id: string }>(`select external_id as id from ${table} where source_id = $1 order by 1`, [sourceId])
  ).map(({ id }) => id)
/** The newest message of a source: what became of it, and its bytes. */
const newest = async (sourceId: string) => {
  const [row] = await ehr.rows<{ outcome: string; raw: Buffer }>(
    'select outcome, raw from inbound_message where source_id = $1 order by id desc limit 1',
    [sourceId],
  )
  return { outcome: row?.outcome, body: ehr.encryption.decryptBytes(row?.raw ?? Buffer.alloc(0)) }
}
/** The feed goes on: the next message is taken as if nothing had been. */
const goesOn = async (id: string) => {
  expect((await ehr.post(patient({ id }))).status).toBe(201)
  expect((await newest(ehr.source.id)).outcome).toBe('applied')
}

describe('a Bundle with entries that are none', () => {
  const given = [
    { resource: patient({ id: 'n-1' }) },
    null,
    'Patient/n-2',
    { resource: null },
    { resource: appointment({ id: 'n-3', start: 'soon' }) },
    { resource: patient({ id: 'n-4' }) },
  ]

  it('as a batch is taken but for those, each named in its place of the answer', async () => {
    const { status, body } = await ehr.post(bundle('batch', given))
    expect(status).toBe(200)
    expect(body.entry.map((entry: { response: { status: string } }) => entry.response.status.slice(0, 3))).toEqual(
      '201 422 422 422 422 201'.split(' '),
    )
    const paths = body.entry
      .slice(1, 5)
      .map((entry: { response: { outcome: { issue: { expression: string[] }[] } } }) => {
        const [issue] = entry.response.outcome.issue
        return issue?.expression[0]
      })
    expect(paths).toEqual([
      'Bundle.entry[1]',
      'Bundle.entry[2]',
      'Bundle.entry[3].resource',
      'Bundle.entry[4].resource.start',
    ])
    expect(await names('patient')).toEqual(['n-1', 'n-4'])
    expect((await newest(ehr.source.id)).outcome).toBe('partly')
    await goesOn('n-5')
  })

  it('as a transaction is refused whole, and kept', async () => {
    const sent = bundle('transaction', [{ resource: patient({ id: 'n-6' }) }, null])
    expect((await ehr.post(sent)).status).toBe(422)
    expect(await names('patient')).not.toContain('n-6')
    const { outcome, body } = await newest(ehr.source.id)
    expect([outcome, JSON.parse(body.toString())]).toEqual(['quarantined', sent])
    await goesOn('n-7')
  })

  it.each(['x', 7, true])('and no list at all but %j is refused', async (entry) => {
    expect((await ehr.post({ resourceType: 'Bundle', type: 'batch', entry })).status).toBe(422)
  })
})

describe('references that go in circles', () => {
  it('end: the care events of merged patients belong to one of them, and the feed goes on', async () => {
    const into = (id: string) => ({ link: [{ type: 'replaced-by', other: { reference: `Patient/${id}` } }] })
    const all = [
      patient({ id: 'c-1', ...into('c-2') }),
      patient({ id: 'c-2', ...into('c-3') }),
      patient({ id: 'c-3', ...into('c-1') }),
      patient({ id: 'c-4', ...into('c-4') }),
      appointment({ id: 'c-5', ...participants('Patient/c-1', 'PractitionerRole/c-6') }),
      { resourceType: 'PractitionerRole', id: 'c-6', practitioner: { reference: 'PractitionerRole/c-6' } },
      { resourceType: 'Location', id: 'c-7', name: 'East', partOf: { reference: 'Location/c-7' } },
      {
        resourceType: 'Encounter',
        id: 'c-8',
        status: 'finished',
        subject: { reference: 'Patient/c-1' },
        partOf: { reference: 'Encounter/c-8' },
        diagnosis: [{ condition: { reference: 'Condition/c-9' } }],
      },
      {
        resourceType: 'Condition',
        id: 'c-9',
        subject: { reference: '#c-9' },
        contained: [{ resourceType: 'Patient', id: 'c-9', link: [{ other: { reference: '#c-9' } }] }],
        encounter: { reference: 'Encounter/c-8' },
      },
    ]
    const { status, body } = await ehr.post(
      bundle(
        'batch',
        all.map((resource) => ({ resource })),
      ),
    )
    expect(status).toBe(200)
    expect(body.entry.map((entry: { response: { status: string } }) => entry.response.status.slice(0, 3))).toEqual(
      // The last one is of a patient who has no identity of their own.
      [...all.slice(1).map(() => '201'), '422'],
    )
    const [owner] = await ehr.rows<{ merged_into: string | null }>(
      `select p.merged_into from care_event c join patient p on p.id = c.patient_id where c.external_id = 'c-5'`,
    )
    expect(owner?.merged_into).toBeNull()
    const roots = await ehr.rows(`select 1 from patient where external_id like 'c-%' and merged_into is null`)
    expect(roots).toHaveLength(2)
    await goesOn('c-10')
  })
})

describe('ids with slashes, quotes and whatever else a source puts there', () => {
  it.each(['a/b', `o'hara"; drop table patient; --`, 'a\\b', '%27 or 1=1', '../../etc', 'Ünïcode 名'])(
    '%s is a name like any other',
    async (id) => {
      expect((await ehr.post(patient({ id }))).status).toBe(201)
      expect((await ehr.post(patient({ id, birthDate: '1980-02-04' }))).status).toBe(200)
      expect((await names('patient')).filter((name) => name === id)).toHaveLength(1)
      const segments = (minute: string) => [
        `MSH|^~\\&|a|b|c|d|202605040${minute}||ADT^A08|m|P|2.5`,
        `PID|1||${id.replaceAll('\\', '\\E\\')}^^^^MR||Quill^Ada`,
      ]
      for (const minute of ['800', '801']) expect((await ehr.postHl7(segments(minute), hl7)).status).toBe(200)
      expect((await names('patient', hl7.id)).filter((name) => name === id)).toHaveLength(1)
    },
  )
})

describe('what is no FHIR in UTF-8', () => {
  it.each([
    ['UTF-16', Buffer.from(JSON.stringify(patient()), 'utf16le')],
    ['Latin-1', Buffer.from(JSON.stringify(patient({ name: [{ family: 'Müller' }] })), 'latin1')],
    ['half of a message', Buffer.from(JSON.stringify(patient()).slice(0, 50))],
  ])('%s: 422, kept as it came, and the feed goes on', async (what, sent) => {
    expect((await ehr.post(sent)).status).toBe(422)
    const { outcome, body } = await newest(ehr.source.id)
    expect([outcome, body.equals(sent)]).toEqual(['quarantined', true])
    await goesOn(`after ${what}`)
  })

  it('a byte order mark is no fault', async () => {
    expect((await ehr.post(Buffer.from(`\uFEFF${JSON.stringify(patient({ id: 'bom' }))}`))).status).toBe(201)
  })
})

describe('what is no HL7 v2', () => {
  const rest = 'EHR|Clinic|CA|Practice|20260504080000||ADT^A08|m-1|P|2.5'
  const pid = 'PID|1||h-1^^^^MR||Quill^Ada'
  it.each<[string, string | Buffer, number, string, string]>([
    ['no MSH', pid, 422, 'AR', 'quarantined'],
    ['an MSH that is not first', `${pid}\rMSH|^~\\&|${rest}`, 200, 'AA', 'quarantined'],
    ['MSH-1 that is a letter', `MSHx^~\\&x${rest.replaceAll('|', 'x')}\r${pid}`, 422, 'AR', 'quarantined'],
    ['MSH-2 of letters', `MSH|ABCD|${rest}\r${pid}`, 422, 'AR', 'quarantined'],
    ['MSH-2 of one character, repeated', `MSH|^^^^|${rest}\r${pid}`, 422, 'AR', 'quarantined'],
    ['MSH-2 that is empty', `MSH||${rest}\r${pid}`, 422, 'AR', 'quarantined'],
    ['MSH alone', 'MSH', 422, 'AR', 'quarantined'],
    ['half of a header', 'MSH|^~\\&|EHR|Cli', 422, 'AR', 'quarantined'],
    ['a message without a patient', `MSH|^~\\&|${rest}`, 200, 'AA', 'quarantined'],
    ['zeros', Buffer.alloc(5_000), 422, 'AR', 'quarantined'],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, n) => n)), 422, 'AR', 'quarantined'],
    ['a character set that nobody knows', `MSH|^~\\&|${rest}||||||KLINGON\r${pid}`, 200, 'AA', 'applied'],
    [
      'bytes that are not in the character set that it names',
      Buffer.from(`MSH|^~\\&|${rest}||||||UNICODE UTF-8\rPID|1||h-2^^^^MR||M\u00fcller^Zo\u00eb`, 'latin1'),
      200,
      'AA',
      'applied',
    ],
  ])('%s: answered, kept as it came, and the feed goes on', async (_what, sent, status, code, outcome) => {
    const bytes = Buffer.from(sent)
    const answer = await ehr.postHl7(bytes, hl7)
    expect([answer.status, /MSA\|(\w\w)/.exec(String(answer.body))?.[1]]).toEqual([status, code])
    expect((await newest(hl7.id)).outcome).toBe(outcome)
    const next = await ehr.postHl7([`MSH|^~\\&|${rest}`, 'PID|1||next^^^^MR||Quill^Ada'], hl7)
    expect([next.status, String(next.body)]).toEqual([200, expect.stringContaining('MSA|AA|m-1')])
  })
})

describe('a message of 100 MB', () => {
  const hundred = 100
  it.each(['fhir', 'hl7v2'])('at /ehr/%s is refused before much of it was read', async (format) => {
    const server = ehr.app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const source = format === 'fhir' ? ehr.source : hl7
    const agent = new Agent({ keepAlive: true })
    const open = (more: object): ClientRequest =>
      request({
        ...{ host: '127.0.0.1', port, path: `/ehr/${format}`, method: 'POST', agent },
        headers: {
          'x-source-id': source.id,
          authorization: `Bearer ${source.secret}`,
          'content-type': format === 'fhir' ? 'application/fhir+json' : 'text/plain',
          ...more,
        },
      })
    try {
      // Its length is said: the answer comes before the first byte.
      const said = open({ 'content-length': hundred * megabyte })
      said.flushHeaders()
      const [first] = (await once(said, 'response')) as [IncomingMessage]
      expect(first.statusCode).toBe(413)
      said.destroy()

      // It is not: the answer comes as soon as it is too much.
      const streamed = open({})
      let answer: IncomingMessage | undefined
      const answered = new Promise<void>((resolve) => {
        streamed.on('response', (response: IncomingMessage) => {
          answer = response
          resolve()
        })
      })
      let drained: () => void = () => undefined
      streamed.on('drain', () => drained())
      let sent = 0
      for (; sent < hundred && answer === undefined; sent++) {
        const room = new Promise<void>((resolve) => (drained = resolve))
        if (!streamed.write(Buffer.alloc(megabyte, 0x20))) await Promise.race([room, answered])
      }
      expect([answer?.statusCode, sent < hundred / 2]).toEqual([413, true])
      streamed.destroy()
    } finally {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    }
    await goesOn(`after 100 MB at ${format}`)
  })

  it('over MLLP is answered with AR, and the next one on the same connection is taken', async () => {
    const mllp = await startMllp({
      port: 0,
      host: '127.0.0.1',
      ...mllpAnswers({ ...ehr, log: pino({ level: 'silent' }) }),
    })
    const socket = connect(mllp.port, '127.0.0.1')
    const codes: (string | undefined)[] = []
    const reader = new FrameReader(megabyte)
    let answered: () => void = () => undefined
    const two = new Promise<void>((resolve) => (answered = resolve))
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk))
        codes.push(frame === 'tooLong' ? frame : /MSA\|(\w\w)/.exec(frame.bytes.toString())?.[1])
      if (codes.length === 2) answered()
    })
    try {
      await once(socket, 'connect')
      socket.write(Buffer.of(0x0b))
      for (let sent = 0; sent < hundred; sent++)
        if (!socket.write(Buffer.alloc(megabyte, 0x20))) await once(socket, 'drain')
      socket.write(Buffer.of(0x1c, 0x0d))
      const header = `MSH|^~\\&|EHR|Clinic|CA|Practice|20260504080000|${hl7.id}:${hl7.secret}|ADT^A08|m|P|2.5`
      socket.write(frameOf(`${header}\rPID|1||after^^^^MR||Quill^Ada`))
      await two
    } finally {
      socket.destroy()
      await mllp.stop()
    }
    expect(codes).toEqual(['AR', 'AA'])
    expect(await names('patient', hl7.id)).toContain('after')
  })
})
