import { describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { begin } from '../../activities/begin.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { holdPatients } from '../support/heldPatients.ts'
import type { Practice } from '../support/practice.ts'

const newYork = 'America/New_York'

describe('two recalls of one patient, due in the same second', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  it('go out on two days: the second claim waits for the first, and is postponed', async () => {
    const today = DateTime.fromMillis(engine.now(), { zone: newYork }).startOf('day')
    for (const name of ['cleaning', 'check'])
      await practice.post({
        resourceType: 'ServiceRequest',
        id: name,
        status: 'active',
        intent: 'plan',
        subject: { reference: 'Patient/quill' },
        code: { coding: [{ code: name, display: name }] },
        locationReference: [{ reference: 'Location/main' }],
        occurrenceDateTime: today.plus({ days: 9 }).toISODate(),
      })
    const actionId = await practice.action({
      type: 'recall',
      skippedRules: ['sundays', 'holidays', 'recentEdit'],
      message: { body: 'Your {{ recall.type }} is due' },
      timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'dueDate' },
    })
    await engine.relay()
    const query = <T extends object>(sql: string) =>
      engine.database.inOrganization(engine.organizationId, (tx) => tx.query<T>(sql, []))
    const recalls = await query<{ id: string }>(`select id from care_event where kind = 'recall' order by id`)

    const patients = await holdPatients(engine.url)
    const both = Promise.all(
      recalls.map(({ id: careEventId }) =>
        begin(
          engine.activities,
          { organizationId: engine.organizationId, careEventId },
          { actionId, recipient: 'patient', deliveryId: null, state: 'new' },
          today.plus({ days: 10 }).set({ hour: 10 }).toMillis(),
        ),
      ),
    )
    await patients.waiting(2)
    await patients.release()
    const begun = await both
    expect(begun.filter(({ call }) => call !== null)).toHaveLength(1)
    const next = begun.flatMap((each) => (each.call === null && each.next ? [each.next.wakeAt] : []))
    expect(next).toEqual([today.plus({ days: 11 }).set({ hour: 9 }).toMillis()])
    expect(await query('select status from delivery')).toEqual([{ status: 'sending' }])
  })
})
