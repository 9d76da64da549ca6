import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ApiUnderTest, apiUnderTest } from '../support/api.ts'
import { type SftpServer, startSftpServer } from '../support/sftpServer.ts'

let api: ApiUnderTest
let server: SftpServer
beforeAll(async () => {
  api = await apiUnderTest()
  server = await startSftpServer()
  for (const name of ['1.csv', '2.CSV', 'readme.txt']) server.put(`/outbox/${name}`, 'x', 0)
})
afterAll(async () => {
  await server.stop()
  await api.drop()
})

const password = 'open sesame'
const sftp = (more: object = {}) => ({
  ...{ host: '127.0.0.1', port: server.port, user: server.user, folder: '/outbox' },
  ...{ hostKeyFingerprint: server.fingerprint, ...more },
})
const made = async (settings: object, credentials: unknown = { password }) =>
  (await api.call('post', '/api/ehr-sources', { name: 'Exports', kind: 'csv', settings, credentials }).expect(201)).body
const edit = async (id: string, edited: object, status = 200) => {
  const { body } = await api.call('get', '/api/ehr-sources?limit=200')
  const { version } = body.items.find((source: { id: string }) => source.id === id)
  return (await api.call('patch', `/api/ehr-sources/${id}`, edited, { 'if-match': `${version}` }).expect(status)).body
}
const tried = async (id: string) => (await api.call('post', `/api/ehr-sources/${id}/pull-test`).expect(200)).body

describe('a source of files on an SFTP server', () => {
  it('is set up step by step, each told what comes next', async () => {
    const { id } = await made({ sftp: sftp({ hostKeyFingerprint: null, folder: '/nowhere' }) }, null)
    expect(await tried(id)).toMatchObject({ isWell: false, code: 'credentialsMissing', hostKeyFingerprint: null })

    await edit(id, { credentials: { password: 'wrong' } })
    const shown = await tried(id)
    expect(shown).toMatchObject({ code: 'sftpHostKeyUnconfirmed', hostKeyFingerprint: server.fingerprint })
    expect(server.passwordsSeen).toEqual([])

    const { hostKeyFingerprint } = shown
    await edit(id, { settings: { sftp: sftp({ hostKeyFingerprint, folder: '/nowhere' }) } })
    expect(await tried(id)).toMatchObject({ code: 'sftpLoginRefused' })

    await edit(id, { credentials: { password } })
    expect(await tried(id)).toMatchObject({ code: 'sftpNoFolder' })

    await edit(id, { settings: { sftp: sftp() } })
    expect(await tried(id)).toEqual({
      ...{ isWell: true, code: 'well', hostKeyFingerprint: server.fingerprint },
      message: `127.0.0.1:${server.port} lets harbor in. Files in /outbox that match *.csv: 2 (of 3 entries).`,
    })
    await api.call('delete', `/api/ehr-sources/${id}`).expect(204)
  })

  it('keeps its password to itself', async () => {
    const source = await made({ sftp: sftp() })
    expect(source).toMatchObject({ hasCredentials: true, settings: { sftp: { everyMinutes: 15, pattern: '*.csv' } } })
    const listed = await api.call('get', '/api/ehr-sources').expect(200)
    const audited = await api.database.inOrganization(api.organizationId, (tx) => tx.query('select * from audit_entry'))
    for (const told of [source, listed.body, audited]) expect(JSON.stringify(told)).not.toContain(password)
  })

  it.each<[what: string, more: object, kept: boolean]>([
    ['another server', { host: 'localhost' }, false],
    ['another port', { port: 22 }, false],
    ['no server any more', {}, false],
    ['another folder of the same server', { folder: '/another' }, true],
  ])('shows the password that was given for one server to no other: %s', async (what, more, kept) => {
    const source = await made({ sftp: sftp() })
    const settings = what.startsWith('no server') ? { sftp: null } : { sftp: sftp(more) }
    expect((await edit(source.id, { settings })).hasCredentials).toBe(kept)
    const again = await edit(source.id, { settings: { sftp: sftp() }, credentials: { password } })
    expect(again.hasCredentials).toBe(true)
  })

  it.each<[what: string, body: object, path: string, words: RegExp]>([
    ['a host that is a URL', { settings: { sftp: { host: 'sftp://x', user: 'u' } } }, 'settings.sftp.host', /no sftp:/],
    [
      'a move to the same folder',
      { settings: { sftp: { host: 'x', user: 'u', afterwards: { action: 'move', folder: '.' } } } },
      'settings.sftp.afterwards.folder',
      /another folder/,
    ],
    ['no credentials at all', { credentials: {} }, 'credentials', /a password or a private key is needed/],
    [
      'a public key for a private one',
      { credentials: { privateKey: 'ssh-ed25519 AAAA' } },
      'credentials.privateKey',
      /a public key .* belongs on the server/,
    ],
  ])('refuses %s, and says where and what would be right', async (_what, body, path, words) => {
    const refused = await edit((await made({})).id, body, 422)
    expect(refused.errors).toEqual([{ path, message: expect.stringMatching(words) }])
  })
})
