import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ActionGroup } from '../../db/entities/action.ts'
import type { AskingStatement, RowsStatement } from '../../db/gathering.ts'
import { newId } from '../../db/newId.ts'
import type { Tx } from '../../db/orm.ts'
import { asAdmin, createOrganization, type FreshDatabase, freshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let other: string

beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 1, clock: () => Date.UTC(2026, 2, 2, 14) })
  other = await createOrganization(fresh.database, 'Hillside Dental')
})
afterAll(() => fresh?.drop())

const addGroup = (tx: Tx, name: string) =>
  tx.query(
    'insert into action_group (organization_id, id, name, position, created_at, updated_at) values ($1, $2, $3, 0, $4, $4)',
    [tx.organizationId, newId(), name, new Date(tx.now)],
  )
const groups = async (organizationId: string) => {
  const rows = await fresh.database.inOrganization(organizationId, (tx) =>
    tx.query<{ name: string }>('select name from action_group order by name'),
  )
  return rows.map(({ name }) => name)
}

const added: RowsStatement<string> = {
  name: 'test: added groups',
  sql: `insert into action_group (organization_id, id, name, position, created_at, updated_at)
    select $1, gen_random_uuid(), name, 0, $3, $3 from unnest($2::text[]) name`,
  params: (names, { organizationId, now }) => [organizationId, names, new Date(now)],
}
const counted: AskingStatement<string, { count: number }> = {
  name: 'test: counted groups',
  sql: `select place::int, count(*) as count from unnest($1::text[]) with ordinality as said(name, place)
    join action_group using (name) group by 1`,
  params: (names) => [names],
}

describe('a unit of work', () => {
  it('commits when it returns', async () => {
    await fresh.database.inOrganization(fresh.organizationId, (tx) => addGroup(tx, 'Before the visit'))
    expect(await groups(fresh.organizationId)).toContain('Before the visit')
  })

  it('leaves nothing behind when it throws', async () => {
    const failing = fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      await addGroup(tx, 'Never')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await groups(fresh.organizationId)).not.toContain('Never')
  })

  it('does not pass for done when a failed statement was swallowed', async () => {
    const swallowing = fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      await addGroup(tx, 'Lost')
      await tx.query('select 1 / 0').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('rolled back')
    expect(await groups(fresh.organizationId)).not.toContain('Lost')
  })

  it('has in it what nobody waited for, in the order in which it was sent', async () => {
    const seen = await fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      const group = [tx.organizationId, newId(), new Date(tx.now)]
      tx.send(
        `insert into action_group (organization_id, id, name, position, created_at, updated_at)
         values ($1, $2, 'Sent', 0, $3, $3)`,
        group,
      )
      tx.send(`update action_group set name = 'Sent twice' where id = $1`, [group[1]])
      return tx.query('select name from action_group where id = $1', [group[1]])
    })
    expect(seen).toEqual([{ name: 'Sent twice' }])
    expect(await groups(fresh.organizationId)).toContain('Sent twice')
  })

  it('has rows of one statement go together, before whatever follows', async () => {
    const names = await fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      for (const name of ['Row 1', 'Row 2', 'Row 2']) tx.write(added, name)
      const asked = await Promise.all(['Row 2', 'Nobody', 'Row 1'].map((name) => tx.ask(counted, name)))
      expect(asked.map((answer) => answer?.count)).toEqual([2, undefined, 1])
      tx.write(added, 'Row 3')
      return tx.query(`select name from action_group where name like 'Row %' order by name`)
    })
    expect(names).toEqual(['Row 1', 'Row 2', 'Row 2', 'Row 3'].map((name) => ({ name })))
    await fresh.database.inOrganization(fresh.organizationId, async (tx) => tx.write(added, 'Row 4'))
    expect(await groups(fresh.organizationId)).toContain('Row 4')
  })

  it('fails with the error of a row that was written, and with it whoever asks after it', async () => {
    const failing = fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      tx.write(
        {
          ...added,
          name: 'test: nothing',
          sql: 'select 1 / 0 where $1::text[] is not null',
          params: (names) => [names],
        },
        'x',
      )
      tx.write(added, 'Never')
      await expect(tx.ask(counted, 'Never')).rejects.toThrow('aborted')
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await groups(fresh.organizationId)).not.toContain('Never')
  })

  it.each([
    ['nothing follows it', async () => undefined],
    ['another statement is refused because of it', (tx: Tx) => tx.query('select 1')],
  ])('fails with the error of what nobody waited for, when %s', async (_when, follow) => {
    const failing = fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      await addGroup(tx, 'Before the failure')
      tx.send('select 1 / 0')
      await follow(tx)
    })
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    expect(await groups(fresh.organizationId)).not.toContain('Before the failure')
  })

  it('does not leave its organization on the connection, after success or failure', async () => {
    await fresh.database.inOrganization(fresh.organizationId, (tx) => addGroup(tx, 'Mine'))
    expect(await groups(other)).toEqual([])
    await fresh.database
      .inOrganization(fresh.organizationId, () => Promise.reject(new Error('no')))
      .catch(() => undefined)
    expect(await groups(other)).toEqual([])
  })

  it('has its organization only as long as its transaction lasts', async () => {
    const seen = await fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      const inside = await tx.query('select id from organization')
      await tx.query('commit')
      return [inside, await tx.query('select id from organization'), await tx.query('select id from action_group')]
    })
    expect(seen).toEqual([[{ id: fresh.organizationId }], [], []])
  })

  it('is one transaction for entities and plain SQL, flushed at its end', async () => {
    const id = newId()
    await fresh.database.inOrganization(fresh.organizationId, async (tx) => {
      const at = new Date(tx.now)
      tx.em.create(ActionGroup, {
        organizationId: tx.organizationId,
        id,
        name: 'Entity',
        position: 3,
        createdAt: at,
        updatedAt: at,
      })
      await tx.em.flush()
      expect(await tx.query('select name from action_group where id = $1', [id])).toEqual([{ name: 'Entity' }])
      const group = await tx.em.findOneOrFail(ActionGroup, { id })
      group.name = 'Renamed'
    })
    const stored = await fresh.database.inOrganization(fresh.organizationId, (tx) =>
      tx.em.findOneOrFail(ActionGroup, { id }),
    )
    expect(stored).toMatchObject({ name: 'Renamed', version: 2, createdAt: new Date('2026-03-02T14:00:00Z') })
  })

  it('gives days as text, counts as numbers and instants as Dates', async () => {
    const [row] = await fresh.database.inOrganization(other, (tx) =>
      tx.query(`select date '2026-03-08' as day, count(*) as n, timestamptz '2026-03-08T12:00:00.5Z' as at`),
    )
    expect(row).toEqual({ day: '2026-03-08', n: 1, at: new Date('2026-03-08T12:00:00.500Z') })
  })

  it('is over when it is over', async () => {
    const kept = await fresh.database.inOrganization(other, async (tx) => tx)
    await expect(kept.query('select 1')).rejects.toThrow('has ended')
    expect(() => kept.write(added, 'Late')).toThrow('has ended')
    await expect(kept.ask(counted, 'Late')).rejects.toThrow('has ended')
    expect(() => kept.em).toThrow('has ended')
  })

  it('refuses an organization that is no id', async () => {
    const injected = "'; drop table ticket; --"
    await expect(fresh.database.inOrganization(injected, async () => 'ran')).rejects.toThrow('not a UUID')
  })

  it('fails alone when its connection is lost, and the next one works', async () => {
    const lost = fresh.database.inOrganization(other, async (tx) => {
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
      await asAdmin(fresh.url, (client) => client.query('select pg_terminate_backend($1)', [row?.pid]))
      await tx.query('select 1')
    })
    await expect(lost).rejects.toThrow()
    expect(await groups(other)).toEqual([])
  })
})
