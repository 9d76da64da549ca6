import { describe, expect, it } from '@jest/globals'
import { readEnvironment } from '../../start/environment.ts'

const key = `k1:${Buffer.alloc(32, 7).toString('base64')}`
const twilio = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' }

describe('the environment', () => {
  it('is all optional', () => {
    expect(readEnvironment({})).toMatchObject({ PORT: 8080, DATA_DIR: '.data', TEMPORAL_NAMESPACE: 'default' })
  })

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ PORT: 8080 })
  })

  it('ends the public address without a slash', () => {
    expect(readEnvironment({ PUBLIC_URL: 'https://messages.example.org/' }).PUBLIC_URL).toBe(
      'https://messages.example.org',
    )
  })

  it('takes files of 500 MB unless it says another size', () => {
    expect(readEnvironment({}).FILE_MAX_MB).toBe(500)
    expect(readEnvironment({ FILE_MAX_MB: '24' }).FILE_MAX_MB).toBe(24)
  })

  const refused: [what: string, env: Record<string, string>, sentence: RegExp][] = [
    [
      'a list of hosts with an address in it',
      { PULL_ALLOWED_HOSTS: 'https://ehr.example.org' },
      /PULL_ALLOWED_HOSTS has an entry that is no host/,
    ],
    ['a port that is none', { PORT: 'http' }, /^Correct the environment: PORT is not a port: a number from 0/],
    ['files of no size', { FILE_MAX_MB: '0' }, /FILE_MAX_MB is no number of megabytes: 1 to 99999/],
    ['a size with a unit', { FILE_MAX_MB: '500 MB' }, /FILE_MAX_MB is no number of megabytes/],
    ['half a megabyte', { FILE_MAX_MB: '0.5' }, /FILE_MAX_MB is no number of megabytes/],
    ['a port out of range', { TEMPORAL_PORT: '65536' }, /TEMPORAL_PORT is not a port/],
    [
      'another kind of database',
      { DATABASE_URL: 'mysql://db', ENCRYPTION_KEY: key },
      /DATABASE_URL is not a Postgres address: postgresql:\/\//,
    ],
    [
      "a database of one's own without a key",
      { DATABASE_URL: 'postgres://db/x' },
      /ENCRYPTION_KEY is missing: with DATABASE_URL/,
    ],
    [
      'a migration database alone',
      { MIGRATION_DATABASE_URL: 'postgres://db/x' },
      /DATABASE_URL is missing beside MIGRATION_DATABASE_URL/,
    ],
    [
      'a Temporal address with a scheme',
      { TEMPORAL_ADDRESS: 'http://temporal:7233' },
      /TEMPORAL_ADDRESS is not host:port/,
    ],
    [
      'a certificate without its key',
      { TEMPORAL_TLS_CERT: 'a.pem' },
      /TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY go together/,
    ],
    ['half of Twilio', { TWILIO_AUTH_TOKEN: 'secret-token' }, /TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN go together/],
    [
      'Twilio without a sender',
      { ...twilio, PUBLIC_URL: 'https://a.example' },
      /TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing/,
    ],
    ['Twilio without an address to report to', { ...twilio, TWILIO_FROM: '+15555550100' }, /PUBLIC_URL is missing/],
  ]
  it.each(refused)('refuses %s', (_, env, sentence) => {
    expect(() => readEnvironment(env)).toThrow(sentence)
  })

  it('names every mistake at once, and none of the values', () => {
    const env = { PORT: 'x', PUBLIC_URL: 'nowhere', DATABASE_URL: 'mysql://user:hidden@db' }
    expect(() => readEnvironment(env)).toThrow(/PORT .*; DATABASE_URL|DATABASE_URL .*; PUBLIC_URL/)
    expect(() => readEnvironment(env)).not.toThrow(/hidden/)
  })
})
