import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createConfigurationCache, readCareEventFacts } from '../../db/queries/facts.ts'
import { hourMs } from '../../domain/instant.ts'
import { type RelayEvent, relayOnce } from '../../worker/relay.ts'
import { asAdmin, type FreshDatabase, freshDatabase } from '../support/database.ts'
import { everyRule, quill, startPractice } from '../support/practice.ts'

const now = Date.UTC(2026, 2, 2, 15)

let fresh: FreshDatabase
let visits: string[]
let signalled: string[]
let events: RelayEvent[]
let refuses: string | null

beforeEach(async () => {
  fresh = await freshDatabase({ clock: () => now })
  const practice = await startPractice({
    ...fresh,
    encryption: createEncryption(generateEncryptionKey('k1')),
    clock: () => now,
  })
  await practice.action({ skippedRules: [...everyRule] })
  await practice.post({ ...quill, id: 'patient-1' })
  visits = []
  for (const n of [1, 2, 3])
    visits.push(await practice.book(`visit-${n}`, now + n * 24 * hourMs, { patient: 'patient-1' }))
  signalled = []
  events = []
  refuses = null
})

afterEach(() => fresh.drop())

const relay = () =>
  relayOnce({
    database: fresh.database,
    configuration: createConfigurationCache(),
    clock: () => now,
    report: (event) => events.push(event),
    signal: async (_, { careEventId }) => {
      if (careEventId === refuses) throw Object.assign(new Error('unavailable'), { code: 14 })
      signalled.push(careEventId)
    },
  })

const query = <T extends object>(sql: string) =>
  fresh.database.inOrganization(fresh.organizationId, (tx) => tx.query<T>(sql))
const planned = async () =>
  (await query<{ id: string }>('select care_event_id as id from planned_message')).map(({ id }) => id).sort()
const left = async () =>
  (await query<{ id: string }>('select distinct care_event_id as id from outbox')).map(({ id }) => id).sort()

describe('the relay', () => {
  it('plans many care events, signals those that must wake, and leaves no row', async () => {
    expect(await relay()).toBe(3)
    expect(await planned()).toEqual([...visits].sort())
    expect([...signalled].sort()).toEqual([...visits].sort())
    expect(await left()).toEqual([])
    expect(events).toEqual([expect.objectContaining({ event: 'relayed', careEvents: 3, signals: 3 })])
    expect(await relay()).toBe(0)
  })

  it('signals none of those whose workflow sleeps until that very message', async () => {
    await relay()
    await query(
      `update care_event set wake_at = (select send_at from planned_message m where m.care_event_id = care_event.id)`,
    )
    await query(
      `insert into outbox (organization_id, care_event_id, next_attempt_at, created_at)
       select organization_id, id, to_timestamp(${now / 1000}), to_timestamp(${now / 1000}) from care_event`,
    )
    signalled = []
    expect(await relay()).toBe(3)
    expect(signalled).toEqual([])
    expect(await left()).toEqual([])
  })

  it('goes on with the others while somebody decides about one, which it then waits for', async () => {
    const [busy, ...others] = visits as [string, string, string]
    let done: Promise<number> | undefined
    await fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      await readCareEventFacts(tx, busy, { lock: true })
      done = relay()
      while (signalled.length < others.length) await new Promise((resolve) => setImmediate(resolve))
      expect([...signalled].sort()).toEqual([...others].sort())
    })
    await done
    expect([...signalled].sort()).toEqual([...visits].sort())
    expect(await left()).toEqual([])
  })

  it('keeps one that cannot be planned for later, alone', async () => {
    const [bad, ...others] = visits as [string, string, string]
    await asAdmin(fresh.url, (client) =>
      client.query(`alter table planned_message add constraint bad check (care_event_id <> '${bad}')`),
    )
    await relay()
    expect(await planned()).toEqual([...others].sort())
    expect([...signalled].sort()).toEqual([...others].sort())
    expect(await left()).toEqual([bad])
    expect(events).toContainEqual({ event: 'relayRowFailed', careEventId: bad, code: '23514' })
    expect(await relay()).toBe(0) // its turn comes later
  })

  it('keeps the rows of what Temporal did not take, and says so', async () => {
    refuses = visits[1] as string
    await expect(relay()).rejects.toMatchObject({ name: 'SignalFailed' })
    expect(await left()).toContain(refuses)
    expect(await planned()).toEqual([...visits].sort())
    refuses = null
    await relay()
    expect(new Set(signalled)).toEqual(new Set(visits))
    expect(await left()).toEqual([])
  })
})
