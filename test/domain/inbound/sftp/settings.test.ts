import { describe, expect, it } from '@jest/globals'
import {
  folderAfterwards,
  pathIn,
  sftpCredentialsSchema,
  sftpSettingsSchema,
} from '../../../../domain/inbound/sftp/settings.ts'

const fingerprint = `SHA256:${'Ab+/'.repeat(10)}Abc`
const least = { host: 'sftp.example.com', user: 'harbor' }
const problems = (result: { success: boolean; error?: { issues: { path: PropertyKey[]; message: string }[] } }) =>
  result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the settings of an SFTP source', () => {
  it('need a host and a user; nothing is fetched before its key is confirmed', () => {
    expect(sftpSettingsSchema.parse(least)).toEqual({
      ...least,
      ...{ port: 22, folder: '.', pattern: '*.csv', everyMinutes: 15, hostKeyFingerprint: null },
      afterwards: { action: 'leave' },
    })
  })

  it.each(['sftp.example.com', 'sftp', 'sftp_1.example.com', '192.0.2.7', '2001:db8::7', 'sftp.example.com.'])(
    'take the host %s',
    (host) => {
      expect(problems(sftpSettingsSchema.safeParse({ ...least, host }))).toEqual([])
    },
  )

  it.each<[what: string, settings: object, path: string, words: RegExp]>([
    ['a URL', { host: 'sftp://sftp.example.com' }, 'host', /no sftp:\/\//],
    ['a host with a port', { host: 'sftp.example.com:2222' }, 'host', /no port/],
    ['a host with a path', { host: 'sftp.example.com/x' }, 'host', /no path/],
    ['no host', { host: ' ' }, 'host', /name or address/],
    ['no user', { user: '' }, 'user', /the user/],
    ['port 0', { port: 0 }, 'port', /ports begin at 1/],
    ['port 65536', { port: 65_536 }, 'port', /ports end at 65535/],
    ['half a minute', { everyMinutes: 0.5 }, 'everyMinutes', /whole minutes/],
    ['no pause at all', { everyMinutes: 0 }, 'everyMinutes', /at most once a minute/],
    ['a folder with ..', { folder: '/outbox/../x' }, 'folder', /without \.\./],
    ['a pattern that is a path', { pattern: 'x/*.csv' }, 'pattern', /names alone/],
    ['an MD5 fingerprint', { hostKeyFingerprint: '16:27:ac:a5:76:28' }, 'hostKeyFingerprint', /older MD5/],
    ['a short fingerprint', { hostKeyFingerprint: 'SHA256:abc' }, 'hostKeyFingerprint', /43 characters/],
    ['an unknown end', { afterwards: { action: 'burn' } }, 'afterwards.action', /"action": "leave"/],
    ['a move to nowhere', { afterwards: { action: 'move' } }, 'afterwards.folder', /expected string/],
    ['something unknown', { recursive: true }, '', /recursive/],
  ])('refuse %s and say what would be right', (_what, settings, path, words) => {
    const found = problems(sftpSettingsSchema.safeParse({ ...least, ...settings }))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(words)
    expect(found[0]?.startsWith(`${path}: `)).toBe(true)
  })

  it.each<[folder: string, target: string, where: string]>([
    ['/outbox', 'done', '/outbox/done'],
    ['/outbox/', 'done', '/outbox/done'],
    ['/outbox', '/done', '/done'],
    ['.', 'done', './done'],
    ['/', 'done', '/done'],
  ])('of %s move to %s: %s', (folder, target, where) => {
    expect(folderAfterwards({ folder }, target)).toBe(where)
    const afterwards = { action: 'move', folder: target }
    expect(problems(sftpSettingsSchema.safeParse({ ...least, folder, afterwards }))).toEqual([])
  })

  it.each([
    ['/outbox', '/outbox'],
    ['/outbox', '/outbox/'],
    ['/outbox', '/./outbox'],
    ['/outbox', '.'],
    ['.', './'],
    ['outbox', '.'],
  ])('of %s cannot move to %s, which is the same', (folder, target) => {
    const afterwards = { action: 'move', folder: target }
    expect(problems(sftpSettingsSchema.safeParse({ ...least, folder, afterwards }))).toEqual([
      'afterwards.folder: files have to be moved to another folder than the one they are fetched from',
    ])
  })

  it('take a fingerprint with its padding, as some tools show it', () => {
    const parsed = sftpSettingsSchema.parse({ ...least, hostKeyFingerprint: ` ${fingerprint}= ` })
    expect(parsed.hostKeyFingerprint).toBe(fingerprint)
  })

  it('name a file by its folder', () => {
    expect(['/', '.', '/outbox/', 'a/b'].map((folder) => pathIn(folder, 'x.csv'))).toEqual([
      '/x.csv',
      './x.csv',
      '/outbox/x.csv',
      'a/b/x.csv',
    ])
  })
})

const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'

describe('the credentials of an SFTP source', () => {
  it.each<[what: string, credentials: object]>([
    ['a password', { password: 'open sesame' }],
    ['a private key', { privateKey }],
    ['a private key with a passphrase', { privateKey, passphrase: 'open sesame' }],
    ['both', { password: 'open sesame', privateKey }],
  ])('are %s', (_what, credentials) => {
    expect(problems(sftpCredentialsSchema.safeParse(credentials))).toEqual([])
  })

  it.each<[what: string, credentials: object, problem: RegExp]>([
    ['nothing', {}, /^: a password or a private key is needed$/],
    ['an empty password', { password: '' }, /^password: an empty password is none/],
    [
      'a public key',
      { privateKey: 'ssh-ed25519 AAAA harbor' },
      /^privateKey: .* a public key .* belongs on the server/,
    ],
    ['a passphrase alone', { password: 'x', passphrase: 'y' }, /^passphrase: a passphrase opens a private key/],
  ])('are not %s', (_what, credentials, problem) => {
    expect(problems(sftpCredentialsSchema.safeParse(credentials)).join('\n')).toMatch(problem)
  })

  it('keep a private key as its file had it, with the line break at its end', () => {
    expect(sftpCredentialsSchema.parse({ privateKey: `\n${privateKey}\r\n\n` }).privateKey).toBe(`${privateKey}\n`)
  })
})
