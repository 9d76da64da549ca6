import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type SftpCredentials, type SftpSettings, sftpSettingsSchema } from '../../../domain/inbound/sftp/settings.ts'
import { piecesAhead } from '../../../ehr/sftp/readInOrder.ts'
import { openSftp, type SessionOptions, type SftpSession } from '../../../ehr/sftp/session.ts'
import { type SftpServer, startSftpServer } from '../../support/sftpServer.ts'
import { freshKeyPair } from '../../support/sshKeys.ts'

const modifiedAt = Date.UTC(2026, 10, 9, 6)

const lockedKey = freshKeyPair('x').private

let server: SftpServer
let session: SftpSession | null
beforeEach(async () => {
  server = await startSftpServer()
  session = null
})
afterEach(async () => {
  await session?.close()
  await server.stop()
})

const settings = (more: Partial<SftpSettings> = {}) =>
  sftpSettingsSchema.parse({
    ...{ host: '127.0.0.1', port: server.port, user: server.user, folder: '/outbox' },
    ...{ hostKeyFingerprint: server.fingerprint, ...more },
  })
const open = async (
  more: Partial<SftpSettings> = {},
  credentials: SftpCredentials = { password: 'open sesame' },
  options: Partial<SessionOptions> = {},
) => {
  session = await openSftp(settings(more), credentials, { signal: new AbortController().signal, ...options })
  return session
}
const readAll = async (pieces: AsyncIterable<Buffer>) => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

describe('an SFTP session', () => {
  it('is not opened with a host that this installation does not connect to', async () => {
    const network = (hosts: string[] | null) => ({ network: { hosts, isOwnNetworkOpen: false } })
    await expect(open({}, undefined, network(null))).rejects.toMatchObject({ code: 'notAllowed' })
    await expect(open({}, undefined, network(['files.example.org']))).rejects.toMatchObject({ code: 'notAllowed' })
    expect(server.logIns).toBe(0)
    server.put('/outbox/a.csv', 'id', modifiedAt)
    expect(await (await open({}, undefined, network(['127.0.0.0/8']))).list('/outbox', 10)).toHaveLength(1)
  })

  it('lists a folder, saying what each thing in it is', async () => {
    server.put('/outbox/a.csv', 'id\n1\n', modifiedAt)
    server.put('/outbox/b.csv', 'x', modifiedAt, { kind: 'link' })
    server.put('/outbox/done', { size: 0 }, modifiedAt, { kind: 'folder' })
    server.put('/outbox/done/old.csv', 'x', modifiedAt)
    expect(await (await open()).list('/outbox', 10)).toEqual([
      { name: 'a.csv', kind: 'file', size: 5, modifiedAt },
      { name: 'b.csv', kind: 'link', size: 1, modifiedAt },
      { name: 'done', kind: 'folder', size: 0, modifiedAt },
    ])
  })

  it.each([0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 1_000_000])('reads a file of %d bytes', async (size) => {
    const body = Buffer.from(Uint8Array.from({ length: size }, (_, index) => index % 251))
    server.put('/outbox/a.csv', body, modifiedAt)
    const read = await readAll((await open()).read('/outbox/a.csv', size))
    expect(read.equals(body)).toBe(true)
    expect(server.handlesOpen).toBe(0)
  })

  it('asks for no more of a large file than it can hold, however slowly that is used', async () => {
    const size = 40 * 1024 * 1024
    server.put('/outbox/a.csv', { size }, modifiedAt)
    let used = 0
    let mostHeld = 0
    server.onRead = (_path, position) => {
      mostHeld = Math.max(mostHeld, position - used)
    }
    for await (const piece of (await open()).read('/outbox/a.csv', size)) {
      await new Promise((resolve) => setImmediate(resolve))
      used += piece.length
    }
    expect(used).toBe(size)
    expect(mostHeld).toBeLessThanOrEqual(piecesAhead * 32 * 1024)
  })

  it('gives back the file when its reader stops early', async () => {
    server.put('/outbox/a.csv', { size: 10_000_000 }, modifiedAt)
    for await (const _piece of (await open()).read('/outbox/a.csv', 10_000_000)) break
    expect(server.handlesOpen).toBe(0)
  })

  it.each<[what: string, code: string, act: (open: SftpSession) => Promise<unknown>]>([
    ['reading a file that is gone', 'gone', (it) => readAll(it.read('/outbox/none.csv', 5))],
    ['reading a file that is forbidden', 'forbidden', (it) => readAll(it.read('/outbox/forbidden.csv', 1))],
    ['reading a file that shrank', 'changed', (it) => readAll(it.read('/outbox/a.csv', 6))],
    ['looking at a file that is gone', 'gone', (it) => it.look('/outbox/none.csv')],
    ['moving onto another file', 'refused', (it) => it.move('/outbox/a.csv', '/outbox/b.csv')],
    ['moving a file that is gone', 'gone', (it) => it.move('/outbox/none.csv', '/outbox/c.csv')],
    ['deleting a file that is gone', 'gone', (it) => it.remove('/outbox/none.csv')],
  ])('says what became of %s, and goes on', async (_what, code, act) => {
    server.put('/outbox/a.csv', 'abcde', modifiedAt)
    server.put('/outbox/b.csv', 'x', modifiedAt)
    server.put('/outbox/forbidden.csv', 'x', modifiedAt, { forbidden: true })
    const it = await open()
    await expect(act(it)).rejects.toMatchObject({ name: 'FileFailed', code })
    expect(await it.look('/outbox/a.csv')).toEqual({ kind: 'file', size: 5, modifiedAt })
  })

  it('moves and deletes', async () => {
    server.put('/outbox/a.csv', 'a', modifiedAt)
    server.put('/outbox/b.csv', 'b', modifiedAt)
    const it = await open()
    await it.move('/outbox/a.csv', '/done/a.csv')
    await it.remove('/outbox/b.csv')
    expect(server.paths()).toEqual(['/done/a.csv'])
  })

  it.each<[what: string, code: string, folder: string, atMost: number]>([
    ['there is no such folder', 'sftpNoFolder', '/nowhere', 10],
    ['there is too much in it', 'sftpTooManyFiles', '/outbox', 2],
  ])('does not list when %s', async (_what, code, folder, atMost) => {
    for (const name of ['a', 'b', 'c']) server.put(`/outbox/${name}.csv`, 'x', modifiedAt)
    await expect((await open()).list(folder, atMost)).rejects.toMatchObject({ name: 'PullFailed', code })
  })
})

describe('opening an SFTP session', () => {
  it('takes a password that is asked for by a question', async () => {
    server.asksByQuestion = true
    await open()
    expect(server.logIns).toBe(1)
  })

  it.each([undefined, 'a passphrase'])('takes a private key, with the passphrase %s', async (passphrase) => {
    await server.stop()
    const keys = freshKeyPair(passphrase)
    server = await startSftpServer({ publicKey: keys.public })
    await open({}, { privateKey: keys.private, ...(passphrase === undefined ? {} : { passphrase }) })
    expect(server.logIns).toBe(1)
  })

  it('with a wrong password says so', async () => {
    await expect(open({}, { password: 'wrong' })).rejects.toMatchObject({
      ...{ name: 'PullFailed', code: 'sftpLoginRefused' },
      message: expect.stringContaining('does not let harbor in'),
    })
  })

  it.each<[what: string, privateKey: string]>([
    ['is cut off', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'],
    ['lacks its passphrase', lockedKey],
  ])('with a private key that %s says so', async (_what, privateKey) => {
    await expect(open({}, { privateKey })).rejects.toMatchObject({ code: 'sftpKeyUnusable' })
  })

  it.each<[what: string, code: string, confirmed: string | null]>([
    ['that nobody confirmed', 'sftpHostKeyUnconfirmed', null],
    ['other than the confirmed one', 'sftpHostKeyDiffers', `SHA256:${'A'.repeat(43)}`],
  ])('to a server with a key %s tells which it is, and sends no password', async (_what, code, hostKeyFingerprint) => {
    const seen: string[] = []
    const opening = open({ hostKeyFingerprint }, undefined, { sawHostKey: (key) => seen.push(key) })
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining(server.fingerprint) })
    expect(seen).toEqual([server.fingerprint])
    expect(server.passwordsSeen).toEqual([])
  })

  it('to a port where nothing listens says so', async () => {
    const { port } = server
    await server.stop()
    await expect(open({ port })).rejects.toMatchObject({
      ...{ code: 'sftpUnreachable', message: expect.stringContaining('nothing answers at this port') },
    })
    server = await startSftpServer()
  })

  it('to a name that there is not says so', async () => {
    await expect(open({ host: 'sftp.invalid' })).rejects.toMatchObject({ code: 'sftpUnreachable' })
  })
})

describe('an SFTP connection', () => {
  it('that ends in the middle of a file ends its reading', async () => {
    server.put('/outbox/a.csv', { size: 10_000_000 }, modifiedAt)
    server.diesAfterBytes = 3_000_000
    const it = await open()
    await expect(readAll(it.read('/outbox/a.csv', 10_000_000))).rejects.toMatchObject({
      ...{ name: 'PullFailed', code: 'sftpConnectionLost' },
    })
    await expect(it.list('/outbox', 10)).rejects.toMatchObject({ code: 'sftpConnectionLost' })
  })

  it('that ends while nothing is asked is noticed by what is asked next', async () => {
    server.put('/outbox/a.csv', { size: 10_000_000 }, modifiedAt)
    const it = await open()
    const pieces = it.read('/outbox/a.csv', 10_000_000)
    await expect(
      (async () => {
        for await (const _piece of pieces) server.endAll()
      })(),
    ).rejects.toMatchObject({ code: 'sftpConnectionLost' })
  })

  it('to a server that falls silent is given up', async () => {
    server.put('/outbox/a.csv', 'x', modifiedAt)
    const it = await open({}, undefined, { patienceMs: 200 })
    server.isMute = true
    await expect(it.list('/outbox', 10)).rejects.toMatchObject({ code: 'sftpConnectionLost' })
  })

  it('is dropped at once when it has to stop', async () => {
    server.put('/outbox/a.csv', 'x', modifiedAt)
    const stop = new AbortController()
    const it = await open({}, undefined, { signal: stop.signal })
    server.isMute = true
    const listing = it.list('/outbox', 10)
    stop.abort(new Error('stopping'))
    await expect(listing).rejects.toThrow('stopping')
  })
})
