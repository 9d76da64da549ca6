import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { asAdmin, createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'
import { anyRow, insertOf } from './anyRow.ts'

const now = Date.UTC(2026, 2, 2, 14)
let fresh: FreshDatabase
let other: string

beforeAll(async () => {
  fresh = await freshDatabase({ clock: () => now })
  other = await createOrganization(fresh.database, 'Hillside Dental')
})
afterAll(() => fresh?.drop())

/** Stores a row as it is; what it refers to is of no account here. */
async function store(
  table: string,
  values: Record<string, unknown>,
  organizationId = fresh.organizationId,
): Promise<string> {
  const id = newId()
  await asAdmin(fresh.url, async (client) => {
    await client.query('set session_replication_role = replica')
    await client.query(insertOf(table, { ...(await anyRow(client, table, organizationId, id)), ...values }))
  })
  return id
}

describe('what is found before the organization is known', () => {
  const { lookup } = { lookup: () => fresh.database.lookup }

  it.each([
    ['an API key by its hash', 'api_key', { hash: 'h1' }, () => lookup().apiKey('h1')],
    ['a session by its token', 'session', { token_hash: 't1' }, () => lookup().session('t1')],
    ['a secure message by its token', 'secure_message', { token_hash: 't2' }, () => lookup().secureMessage('t2')],
    [
      'a patient by the preferences token',
      'patient',
      { preferences_token_hash: 't3' },
      () => lookup().preferences('t3'),
    ],
  ])('%s', async (_, table, values, find) => {
    const id = await store(table, values)
    expect(await find()).toEqual({ organizationId: fresh.organizationId, id })
  })

  it.each([
    [
      'a user by email, however it is written',
      'app_user',
      { email: 'kim@example.com' },
      () => lookup().userByEmail('Kim@Example.com'),
    ],
    ['our number', 'sender', { address: '+15555550111', channel: 'sms' }, () => lookup().inboundNumber('+15555550111')],
    ['a contact point', 'contact_point', { address: '+15555550112' }, () => lookup().contactPoint('+15555550112')],
  ])('%s, in each organization that has it', async (_, table, values, find) => {
    const mine = { organizationId: fresh.organizationId, id: await store(table, values) }
    const theirs = { organizationId: other, id: await store(table, values, other) }
    const found = await find()
    expect(found).toHaveLength(2)
    expect(found).toEqual(expect.arrayContaining([mine, theirs]))
  })

  it('a source and an attempt by id', async () => {
    const source = await store('ehr_source', {}, other)
    const attempt = await store('attempt', {}, other)
    expect(await lookup().source(source)).toEqual({ organizationId: other, id: source })
    expect(await lookup().attempt(attempt)).toEqual({ organizationId: other, id: attempt })
  })

  it.each([
    ['an unknown key', () => lookup().apiKey('nothing')],
    ['an id that is none', () => lookup().source('x-1')],
    ['an unknown id', () => lookup().attempt(newId())],
  ])('nothing for %s', async (_, find) => {
    expect(await find()).toBeNull()
  })

  it('no key that was revoked', async () => {
    await store('api_key', { hash: 'revoked', revoked_at: new Date(now) })
    expect(await lookup().apiKey('revoked')).toBeNull()
  })

  it('all organizations', async () => {
    expect(await lookup().organizations()).toEqual([fresh.organizationId, other].sort())
  })

  it('care events whose workflow should have woken, the longest overdue first', async () => {
    const late = await store('care_event', { wake_at: new Date(now - 5 * 60_000) }, other)
    const later = await store('care_event', { wake_at: new Date(now - 3 * 60_000) })
    await store('care_event', { wake_at: new Date(now - 60_000) })
    await store('care_event', { wake_at: null })
    const overdue = await lookup().overdueWakes(now - 2 * 60_000, 10)
    expect(overdue.map(({ id }) => id)).toEqual([late, later])
    expect(await lookup().overdueWakes(now - 2 * 60_000, 1)).toHaveLength(1)
  })

  it('sources to fetch from, the longest due first, and none that somebody fetches from', async () => {
    const due = (minutes: number, more: Record<string, unknown> = {}) =>
      store('ehr_source', { next_pull_at: new Date(now - minutes * 60_000), ...more })
    const [one, longer] = [await due(1), await due(5)]
    const lost = await due(3, { pull_lease_until: new Date(now) })
    await due(2, { pull_lease_until: new Date(now + 1) })
    await due(2, { status: 'disabled' })
    await due(-1)
    await store('ehr_source', { next_pull_at: null })
    expect((await lookup().duePulls(now, 10)).map(({ id }) => id)).toEqual([longer, lost, one])
    expect(await lookup().duePulls(now, 2)).toHaveLength(2)
  })

  it('due touches by care event, with the rows that say so', async () => {
    const [first, second, notYet] = [newId(), newId(), newId()]
    const touchAt = (careEventId: string, organizationId: string, at: number) =>
      asAdmin(fresh.url, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `insert into outbox (organization_id, care_event_id, next_attempt_at, created_at) values ($1, $2, $3, $3) returning id`,
          [organizationId, careEventId, new Date(at)],
        )
        return Number(rows[0]?.id)
      })
    const a = await touchAt(first, fresh.organizationId, now - 3000)
    const b = await touchAt(second, other, now - 2000)
    const c = await touchAt(first, fresh.organizationId, now)
    await touchAt(notYet, other, now + 1)
    expect(await lookup().outboxBatch(now, 100)).toEqual([
      { organizationId: fresh.organizationId, careEventId: first, rowIds: [a, c] },
      { organizationId: other, careEventId: second, rowIds: [b] },
    ])
    expect(await lookup().outboxBatch(now, 2)).toEqual([
      { organizationId: fresh.organizationId, careEventId: first, rowIds: [a] },
      { organizationId: other, careEventId: second, rowIds: [b] },
    ])
    expect(await fresh.database.figures(now)).toMatchObject({ outboxRows: 4, outboxLagSeconds: 3 })
  })
})

describe('the lookup functions', () => {
  it('answer with organization and id, and nothing else', async () => {
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query<{ name: string; result: string }>(
        `select proname as name, pg_get_function_result(oid) as result from pg_proc where starts_with(proname, 'lookup_')
         and proname not in ('lookup_figures', 'lookup_outbox')`,
      ),
    )
    expect(rows.length).toBeGreaterThan(8)
    for (const { result } of rows) expect(result).toBe('TABLE(organization_id uuid, id uuid)')
  })

  it('run as a role that owns nothing else and are open to the app alone', async () => {
    const { rows } = await asAdmin(fresh.url, (client) =>
      client.query(
        `select distinct proowner::regrole::text as owner, prosecdef as definer, proconfig as settings,
           has_function_privilege('custom_actions_app', oid, 'execute') as app, coalesce(array_to_string(proacl, ' '), '') ~ '(^| )=' as public
         from pg_proc where starts_with(proname, 'lookup_')`,
      ),
    )
    expect(rows).toEqual([
      {
        owner: 'custom_actions_lookup',
        definer: true,
        settings: ['search_path=public, pg_temp'],
        app: true,
        public: false,
      },
    ])
    const owned = await asAdmin(fresh.url, (client) =>
      client.query(
        `select relname from pg_class where relowner in ('custom_actions_lookup'::regrole, 'custom_actions_app'::regrole)`,
      ),
    )
    expect(owned.rows).toEqual([])
  })

  it.each([
    'select first_name from patient',
    'select password_hash from app_user',
    'select secret_encrypted from ehr_source',
  ])('can read no more than they need: %s', async (sql) => {
    const url = new URL(fresh.url)
    url.searchParams.set('options', '-c role=custom_actions_lookup')
    await expect(asAdmin(url.href, (client) => client.query(sql))).rejects.toMatchObject({ code: '42501' })
  })
})
