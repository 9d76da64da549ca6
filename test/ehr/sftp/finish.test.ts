import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sftpSettingsSchema } from '../../../domain/inbound/sftp/settings.ts'
import { finishFile } from '../../../ehr/sftp/finish.ts'
import { openSftp, type SftpSession } from '../../../ehr/sftp/session.ts'
import { type SftpServer, startSftpServer } from '../../support/sftpServer.ts'

const modifiedAt = Date.UTC(2026, 10, 9, 6)
const listed = { name: 'a.csv', kind: 'file', size: 1, modifiedAt } as const

let server: SftpServer
let session: SftpSession
const settings = (afterwards: object) =>
  sftpSettingsSchema.parse({
    ...{ host: '127.0.0.1', port: server.port, user: server.user, folder: '/outbox' },
    ...{ hostKeyFingerprint: server.fingerprint, afterwards },
  })
beforeEach(async () => {
  server = await startSftpServer()
  const { signal } = new AbortController()
  session = await openSftp(settings({ action: 'leave' }), { password: server.password }, { signal })
})
afterEach(async () => {
  await session.close()
  await server.stop()
})

describe('a file that was stored', () => {
  it.each<[what: string, replaced: () => void]>([
    ['was written again', () => server.put('/outbox/a.csv', 'y', modifiedAt + 1_000)],
    ['grew', () => server.put('/outbox/a.csv', 'xy', modifiedAt)],
    ['is a link by now', () => server.put('/outbox/a.csv', 'x', modifiedAt, { kind: 'link' })],
  ])('and %s is another file, which stays', async (_what, replace) => {
    replace()
    for (const afterwards of [{ action: 'delete' }, { action: 'move', folder: 'done' }])
      await finishFile(session, settings(afterwards), listed)
    expect(server.paths()).toEqual(['/outbox/a.csv'])
  })

  it('and was taken away by somebody else needs nothing more', async () => {
    for (const afterwards of [{ action: 'delete' }, { action: 'move', folder: 'done' }])
      await finishFile(session, settings(afterwards), listed)
    expect(server.paths()).toEqual([])
  })
})
