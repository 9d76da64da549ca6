import { describe, expect, it } from '@jest/globals'
import { createTemplate, editTemplate, lockTemplate } from '../../db/queries/templates.ts'
import { type ActionDefinitionInput, messageSchema } from '../../domain/action.ts'
import { hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { everyRule, type Practice } from '../support/practice.ts'

const by = (now: Instant) => ({ now, who: { userId: null, apiKeyId: null } })

describe('extra reminders, from the EHR to the phone', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  const texts = async () => (await practice.phone()).map(({ body }) => body)
  const template = (body: string): Promise<string> =>
    engine.database.inOrganization(engine.organizationId, async (tx) => {
      const content = { name: 'Text', message: messageSchema.parse({ body }) }
      return (await createTemplate(tx, content, by(engine.now()))).id
    })
  const reminder = async (templateId: string, timing: Partial<ActionDefinitionInput['timing']>) =>
    practice.action({
      type: 'extraReminder',
      message: null,
      templateId,
      timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'updated', ...timing },
      skippedRules: [...everyRule],
    })

  it('collapse a burst of changes into one message, ten minutes after the last, from the start that was known', async () => {
    const moved = await template('Moved from {{ appointment.previousStart | time }} to {{ appointment.start | time }}')
    await reminder(moved, { anchor: 'updated' })
    const start = engine.inDays(5)
    const id = await practice.book('visit', start)
    engine.hold(id)
    await engine.relay()
    for (const hours of [1, 2, 3]) {
      await practice.book('visit', start + hours * hourMs)
      await engine.relay()
      await engine.advance(id, 4 * 60)
    }
    expect(await texts()).toEqual([])
    await engine.advance(id, 7 * 60)
    expect(await texts()).toEqual([`Moved from ${wall(start)} to ${wall(start + 3 * hourMs)}`])
    await engine.workflow(id).result()
    expect(await texts()).toHaveLength(1)
    engine.setClock(engine.now() + hourMs)

    await practice.book('visit', start + 4 * hourMs)
    engine.release(id)
    await engine.relay()
    await engine.workflow(id).result()
    expect(await texts()).toEqual([
      expect.anything(),
      `Moved from ${wall(start + 3 * hourMs)} to ${wall(start + 4 * hourMs)}`,
    ])
    expect(new Set((await practice.ledger()).map((row) => row.occurrence_key)).size).toBe(2)
  })

  it('thank for a booking once, however often it changes, and say nothing of an update that was none', async () => {
    await reminder(await template('Booked for {{ appointment.start | time }}'), { anchor: 'created', offset: 30 })
    await reminder(await template('Changed'), { anchor: 'updated' })
    const start = engine.inDays(5)
    const id = await practice.book('visit', start)
    engine.hold(id)
    await engine.relay()
    await practice.book('visit', start)
    await engine.relay()
    await engine.advance(id, 31 * 60)
    expect(await texts()).toEqual([`Booked for ${wall(start)}`])
    expect((await practice.ledger()).map((row) => row.occurrence_key)).toEqual([`${id}/created`])
  })

  it('go out before the visit as their template says by then', async () => {
    const text = await template('Old text')
    await reminder(text, { anchor: 'start', direction: 'before', offset: 60 })
    const start = engine.inDays(3)
    const id = await practice.book('visit', start)
    await engine.database.inOrganization(engine.organizationId, async (tx) => {
      const before = await lockTemplate(tx, text, null)
      const message = { ...before.message, body: 'New text' }
      await editTemplate(tx, before, { name: before.name, message }, by(engine.now()))
    })
    await engine.relay()
    await engine.workflow(id).result()
    expect(await practice.phone()).toEqual([expect.objectContaining({ body: 'New text' })])
    const [row] = await practice.ledger()
    expect(Math.abs((row?.sent_at?.getTime() ?? 0) - (start - hourMs))).toBeLessThan(minuteMs)
  })
})

const wall = (at: Instant) =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', minute: '2-digit' })
    .format(at)
    .replaceAll('\u202f', ' ')
