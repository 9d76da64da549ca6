import { describe, expect, it } from '@jest/globals'
import { readSftpCredentials } from '../../../ehr/sftp/credentials.ts'

const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'

describe('the credentials of an SFTP source, as they are kept', () => {
  it.each<[given: string, read: object]>([
    ['open sesame', { password: 'open sesame' }],
    [privateKey.trim(), { privateKey }],
    [JSON.stringify({ password: ' open sesame ' }), { password: ' open sesame ' }],
    [JSON.stringify({ privateKey, passphrase: 'p' }), { privateKey, passphrase: 'p' }],
    ['{"odd":"password"}', { password: '{"odd":"password"}' }],
    ['12345', { password: '12345' }],
  ])('%j are %j', (given, read) => {
    expect(readSftpCredentials(given)).toEqual(read)
  })

  it('that are missing are asked for', () => {
    expect(() => readSftpCredentials(null)).toThrow('give a password or a private key')
  })
})
