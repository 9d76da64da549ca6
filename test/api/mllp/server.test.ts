import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import Client, { Message } from 'node-hl7-client'
import { pino } from 'pino'
import { mllpAnswers } from '../../../api/mllp/answer.ts'
import { FrameReader, frameOf } from '../../../api/mllp/frames.ts'
import { type MllpOptions, type RunningMllp, startMllp } from '../../../api/mllp/server.ts'
import { selfSigned } from '../../support/certificate.ts'
import { type Ehr, openEhr } from '../ehr/postedEhr.ts'

let ehr: Ehr
let source: { id: string; secret: string }
let mllp: RunningMllp
const sockets: Socket[] = []

beforeAll(async () => {
  ehr = await openEhr()
})
afterAll(() => ehr.drop())
beforeEach(async () => {
  source = await ehr.addSource('active', 'hl7v2')
  mllp = await listen()
})
const listen = (more: Partial<MllpOptions> = {}) =>
  startMllp({
    ...{ port: 0, host: '127.0.0.1', maxMessageBytes: 10_000, ...more },
    ...mllpAnswers({ ...ehr, log: pino({ level: 'silent' }) }),
  })
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await mllp.stop()
})

const message = (id: string, secret = source.secret, minute = '0800') =>
  [
    `MSH|^~\\&|EHR|Clinic|CA|Practice|20260504${minute}00|${source.id}:${secret}|ADT^A08|c-${id}|P|2.5`,
    `PID|1||${id}^^^^MR||Quill^Ada||19800203`,
  ].join('\r')
const patients = () =>
  ehr.rows<{ external_id: string; last_name: string }>(
    'select external_id, last_name from patient where source_id = $1 order by created_at, external_id',
    [source.id],
  )

/** A connection that sends bytes as they are, and the messages it gets. */
async function open() {
  const socket = connect(mllp.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const reader = new FrameReader(100_000)
  const answers: string[] = []
  let more: () => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) if (frame !== 'tooLong') answers.push(frame.bytes.toString())
    more()
  })
  const closed = once(socket, 'close')
  return {
    socket,
    closed,
    send: (text: string) => socket.write(frameOf(text)),
    /** `AA c-1` of the answer that comes next. */
    async next(): Promise<string> {
      while (answers.length === 0) await new Promise<void>((resolve) => (more = resolve))
      const [, code, control = ''] = /MSA\|(\w\w)\|([^|\r]*)/.exec(answers.shift() as string) ?? []
      return `${code} ${control}`.trim()
    },
  }
}

describe('HL7 v2 over MLLP', () => {
  it('is taken from a client that nobody here wrote', async () => {
    const client = new Client({ host: '127.0.0.1', version: '2.5' })
    const codes: string[] = []
    let answered: () => void = () => undefined
    const connection = client.createConnection({ port: mllp.port, version: '2.5' }, async (answer) => {
      codes.push(answer.getMessage().get('MSA.1').toString())
      answered()
    })
    try {
      for (const id of ['1', '2', '3']) {
        const done = new Promise<void>((resolve) => (answered = resolve))
        await connection.sendMessage(new Message({ text: message(id) }))
        await done
      }
    } finally {
      await connection.close()
    }
    expect(codes).toEqual(['AA', 'AA', 'AA'])
    expect((await patients()).map(({ external_id }) => external_id)).toEqual(['1', '2', '3'])
  })

  it('is encrypted where certificates are given, and lets in only clients that have one where they must', async () => {
    const answers = mllpAnswers({ ...ehr, log: pino({ level: 'silent' }) })
    for (const ca of [null, selfSigned.cert]) {
      const tls = ca === null ? selfSigned : { ...selfSigned, ca }
      const server = await startMllp({ port: 0, host: '127.0.0.1', tls, ...answers })
      const tell = async (more: object) => {
        const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: selfSigned.cert, ...more })
        sockets.push(socket)
        const [said] = await Promise.race([
          once(socket, 'secureConnect').then(() => {
            socket.write(frameOf(message('tls')))
            return once(socket, 'data')
          }),
          once(socket, 'close').then(() => ['refused']),
        ]).catch(() => ['refused'])
        socket.destroy()
        return /MSA.AA|refused/.exec(String(said))?.[0]
      }
      expect(await tell({ cert: selfSigned.cert, key: selfSigned.key })).toBe('MSA|AA')
      expect(await tell({})).toBe(ca === null ? 'MSA|AA' : 'refused')
      await server.stop()
    }
  })

  it('is answered in the order it was sent, however fast', async () => {
    const { send, next } = await open()
    for (let n = 0; n < 20; n++) send(message(`f-${n}`))
    for (let n = 0; n < 20; n++) expect(await next()).toBe(`AA c-f-${n}`)
    expect(await patients()).toHaveLength(20)
  })

  it('keeps no secret with the message', async () => {
    const { send, next } = await open()
    send(message('s-1'))
    await next()
    const [row] = await ehr.rows<{ raw: Buffer }>('select raw from inbound_message where source_id = $1', [source.id])
    const raw = ehr.encryption.decryptBytes(row!.raw).toString()
    expect(raw).toContain('PID|1||s-1')
    expect(raw).not.toContain(source.secret)
  })

  it('is refused to strangers, who are cut off in the end', async () => {
    const { send, next, closed } = await open()
    for (let n = 0; n < 5; n++) {
      send(message('x', 'wrong'))
      expect(await next()).toBe('AR c-x')
    }
    send(message('x', 'wrong'))
    await closed
    expect(await patients()).toEqual([])
    const plain = await open()
    plain.send(message('x').replace(/\|[^|]*:[^|]*\|/, '||'))
    expect(await plain.next()).toBe('AR c-x')
  })

  it('goes on after garbage, a truncated frame, one too long and one that is no message', async () => {
    const { socket, send, next } = await open()
    socket.write('GET / HTTP/1.1\r\n\r\n')
    socket.write(frameOf(message('t-1')).subarray(0, 60))
    send('x'.repeat(20_000))
    expect(await next()).toBe('AR')
    send('hello')
    expect(await next()).toBe('AR')
    send(message('t-2'))
    expect(await next()).toBe('AA c-t-2')
    expect((await patients()).map(({ external_id }) => external_id)).toEqual(['t-2'])
  })

  it('gives a frame up that never ends, and leaves an idle connection alone', async () => {
    // Others have their minute: a machine may well stand still for so short a time.
    await mllp.stop()
    mllp = await listen({ frameTimeoutMs: 200 })
    const idle = await open()
    idle.send(message('i-1'))
    await idle.next()
    const stuck = await open()
    stuck.socket.write(frameOf(message('u-1')).subarray(0, 60))
    await stuck.closed
    idle.send(message('i-2'))
    expect(await idle.next()).toBe('AA c-i-2')
  })

  it('answers what is under way before it stops', async () => {
    const { send, next, closed } = await open()
    send(message('e-1'))
    const answer = next()
    await new Promise((resolve) => setImmediate(resolve))
    await answer
    await mllp.stop()
    await closed
    expect(await patients()).toHaveLength(1)
  })
})
