import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { listStaff } from '../../db/queries/staff.ts'
import type { FirstRun } from '../../db/seed.ts'
import { seed } from '../../db/seed.ts'
import { actionTypes } from '../../domain/action.ts'
import { asAdmin, type FreshDatabase, freshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let made: FirstRun | null
beforeAll(async () => {
  fresh = await freshDatabase()
  // There is an organization already; the first start finds none.
  await asAdmin(fresh.url, (client) => client.query('delete from organization'))
  made = await seed({ ...fresh, encryption: createEncryption(generateEncryptionKey('test')), example: true })
})
afterAll(() => fresh.drop())

const rows = <T extends object>(sql: string) =>
  fresh.database.inOrganization(made?.organizationId ?? '', (tx) => tx.query<T>(sql))

describe('the practice of a first start', () => {
  it('has actions of every type, none of them active', async () => {
    const actions = await rows<{ type: string; status: string }>('select type, status from custom_action')
    expect(new Set(actions.map(({ type }) => type))).toEqual(new Set(actionTypes))
    expect(new Set(actions.map(({ status }) => status))).toEqual(new Set(['inactive']))
    expect(await rows('select 1 from planned_message union all select 1 from outbox')).toEqual([])
  })

  it('has facilities, providers, appointment types and people that are on', async () => {
    for (const table of ['facility', 'provider', 'appointment_type']) {
      const found = await rows<{ enabled: boolean }>(
        `select enabled from ${table} where not stub and source_id is not null`,
      )
      expect(found.length).toBeGreaterThan(1)
      expect(found.every(({ enabled }) => enabled)).toBe(true)
    }
    expect(await rows('select 1 from staff_member where active')).toHaveLength(3)
  })

  it('has staff who can open what is sent to them securely', async () => {
    const people = await fresh.database.inOrganization(made?.organizationId ?? '', (tx) => listStaff(tx, { limit: 10 }))
    expect(people.items.map(({ signsInAs }) => signsInAs?.email).sort()).toEqual(
      made?.staff.map(({ email }) => email).sort(),
    )
    expect(made?.staff).toHaveLength(3)
  })

  it('has nobody’s number', async () => {
    const numbers = await rows<{ number: string }>(
      `select address as number from contact_point where channel = 'sms'
       union all select phone from facility union all select phone from organization`,
    )
    expect(numbers.length).toBeGreaterThan(4)
    for (const { number } of numbers) expect(number).toMatch(/^\+155555501[0-8]\d$/)
  })
})
