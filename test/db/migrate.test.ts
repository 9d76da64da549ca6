import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { findDrift } from '../../db/migrations/drift.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { openDatabase } from '../../db/orm.ts'
import { seed } from '../../db/seed.ts'
import { asAdmin } from '../support/database.ts'
import { testServers } from '../support/environment.ts'

const { postgresUrl } = testServers()
const suffix = randomBytes(5).toString('hex')
const made: string[] = []

const urlOf = (name: string, user?: string) => {
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  if (user !== undefined) {
    url.username = user
    url.password = 'made-up'
  }
  return url.href
}
async function emptyDatabase(name: string, owner?: string): Promise<string> {
  const full = `${name}_${suffix}`
  await asAdmin(postgresUrl, (client) => client.query(`create database ${full} ${owner ? `owner ${owner}` : ''}`))
  made.push(full)
  return full
}
afterAll(async () => {
  await asAdmin(postgresUrl, async (client) => {
    for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
  })
})

describe('migrate', () => {
  it('does it once, however many start at the same moment, and nothing the next time', async () => {
    const url = urlOf(await emptyDatabase('concurrent'))
    const applied = await Promise.all([migrate({ url }), migrate({ url }), migrate({ url })])
    expect(applied.flat()).toEqual(['0001_dataModel'])
    expect(await migrate({ url })).toEqual([])
  })

  it('refuses a database that a newer version has migrated', async () => {
    const url = urlOf(await emptyDatabase('newer'))
    await migrate({ url })
    await asAdmin(url, (client) => client.query(`insert into mikro_orm_migrations (name) values ('0999_future')`))
    await expect(migrate({ url })).rejects.toThrow('0999_future, which this version does not know')
  })

  it.each([
    ['no URL', () => 'nonsense', 'it looks like postgresql://user:password@host:5432/name'],
    ['another database', () => 'mysql://localhost/x', 'only Postgres works'],
    ['a wrong password', () => postgresUrl.replace(/:[^:@/]+@/, ':wrong@'), 'correct the user or password'],
    ['a database that is not there', () => urlOf('nowhere'), 'has no database "nowhere"'],
    ['nobody at the port', () => 'postgresql://u:p@127.0.0.1:1/x', 'No Postgres answers at 127.0.0.1:1'],
    ['an unknown host', () => 'postgresql://u:p@no-such-host.invalid/x', 'is not known'],
  ])('says in one sentence what is wrong: %s', async (_, url, sentence) => {
    const failure = { name: 'DatabaseProblem', message: expect.stringContaining(sentence) }
    await expect(migrate({ url: url() })).rejects.toMatchObject(failure)
    await expect(openDatabase({ url: url(), clock: Date.now })).rejects.toMatchObject(failure)
  })

  it('is asked for where it has not run', async () => {
    const url = urlOf(await emptyDatabase('unmigrated'))
    const database = await openDatabase({ url, clock: Date.now })
    await expect(database.lookup.organizations()).rejects.toMatchObject({ code: '42883' })
    await database.close()
  })
})

describe('as on a managed server: an owner who is no superuser, and another user for the app', () => {
  const owner = `owner_${suffix}`
  const user = `user_${suffix}`

  beforeAll(async () => {
    await asAdmin(postgresUrl, async (client) => {
      await client.query(`create role ${owner} login createrole password 'made-up'`)
      await client.query(`create role ${user} login password 'made-up'`)
      // As a hand-made role would be given to the owner.
      await client.query(`grant custom_actions_app, custom_actions_lookup to ${owner} with admin true, inherit false`)
    })
  })
  afterAll(async () => {
    await asAdmin(postgresUrl, async (client) => {
      for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
      await client.query(`revoke custom_actions_app from ${user} granted by ${owner} cascade`).catch(() => undefined)
      await client.query(`drop owned by ${owner} cascade`)
      await client.query(`drop role if exists ${user}`)
      await client.query(`drop role if exists ${owner}`)
    })
  })

  it('migrates, signs in, seeds and looks up, with the policies in force for the owner too', async () => {
    const name = await emptyDatabase('managed', owner)
    await migrate({ url: urlOf(name, owner), appUser: user })
    const database = await openDatabase({ url: urlOf(name, user), clock: Date.now })
    const encryption = createEncryption(generateEncryptionKey('k1'))
    const first = await seed({ database, encryption })
    expect(await database.lookup.organizations()).toEqual([first?.organizationId])
    expect(await database.lookup.source(first?.ehrSource.id ?? '')).toMatchObject({
      organizationId: first?.organizationId,
    })
    await database.close()
    const seen = await asAdmin(urlOf(name, owner), (client) => client.query('select 1 from organization'))
    expect(seen.rows).toEqual([])
  })

  it('tells a user who may not act as the app', async () => {
    const name = await emptyDatabase('refused')
    await migrate({ url: urlOf(name) })
    const outsider = `outsider_${suffix}`
    await asAdmin(postgresUrl, (client) => client.query(`create role ${outsider} login password 'made-up'`))
    await expect(openDatabase({ url: urlOf(name, outsider), clock: Date.now })).rejects.toThrow(
      `grant custom_actions_app to "${outsider}"`,
    )
    await asAdmin(postgresUrl, (client) => client.query(`drop role ${outsider}`))
  })
})

describe('seed', () => {
  it('makes one organization, however many start at the same moment, and tells its secrets once', async () => {
    const url = urlOf(await emptyDatabase('seeded'))
    await migrate({ url })
    const database = await openDatabase({ url, clock: Date.now })
    const encryption = createEncryption(generateEncryptionKey('k1'))
    const runs = await Promise.all([seed({ database, encryption }), seed({ database, encryption })])
    expect(runs.filter((run) => run !== null)).toHaveLength(1)
    expect(await seed({ database, encryption })).toBeNull()
    expect(await database.lookup.organizations()).toHaveLength(1)
    await database.close()
  })
})

describe('drift between entities and migrations', () => {
  let url: string
  beforeAll(async () => {
    url = urlOf(await emptyDatabase('drift'))
    await migrate({ url })
  })

  it('is none', async () => {
    expect(await findDrift(url)).toEqual([])
  })

  it.each([
    ['a column', 'alter table ticket add column extra text', 'extra', 'alter table ticket drop column extra'],
    [
      'an index',
      'drop index api_key_hash_index',
      'api_key_hash_index',
      'create index api_key_hash_index on api_key (hash)',
    ],
    [
      'a foreign key',
      'alter table session drop constraint session_user_id_fk',
      'session_user_id_fk',
      'alter table session add constraint session_user_id_fk foreign key (organization_id, user_id) references app_user (organization_id, id) deferrable',
    ],
    [
      'a foreign key that crosses organizations',
      'alter table session add constraint loose_fk foreign key (organization_id) references organization (id)',
      'loose_fk on session is not in',
      'alter table session drop constraint loose_fk',
    ],
    [
      'a policy',
      'alter table ticket no force row level security',
      'table ticket is not under',
      'alter table ticket force row level security',
    ],
  ])('is seen in %s', async (_, change, told, undo) => {
    await asAdmin(url, (client) => client.query(change))
    expect((await findDrift(url)).join('\n')).toContain(told)
    await asAdmin(url, (client) => client.query(undo))
    expect(await findDrift(url)).toEqual([])
  })
})
