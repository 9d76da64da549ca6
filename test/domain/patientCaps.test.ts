import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../domain/decide.ts'
import type { OutreachSent } from '../../domain/facts.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { action, at, inNewYork, nothingDecided, organization, recall, staff, uuid } from './build.ts'

/** Due on Tuesday 2026-03-10; one day after at 10:00, on Wednesday. */
const due = at('2026-03-11T10:00-04:00')
const reminder = action({ type: 'recall', timing: { offset: 1, direction: 'after' } })
const sent = (iso: string, n = 1): OutreachSent => ({
  actionId: uuid(700 + n),
  occurrenceKey: `other-${n}`,
  at: at(iso),
})
const verdictOf = (outreach: OutreachSent[], asked = reminder, now = due - dayMs, whose = organization()) =>
  plan(recall(), [asked], whose, { ...nothingDecided, outreach }, now)[0]

describe('at most one outreach message a day and three a week for one patient', () => {
  it.each<[string, OutreachSent[], string]>([
    ['nothing before', [], '2026-03-11 10:00'],
    ['one on the day before', [sent('2026-03-10T11:00-04:00')], '2026-03-11 10:00'],
    ['one on the same day: the next morning', [sent('2026-03-11T09:00-04:00')], '2026-03-12 09:00'],
    ['the day is the one of the patient', [sent('2026-03-11T03:30Z')], '2026-03-11 10:00'],
    [
      'three in the seven days so far: once the first is out of them',
      [sent('2026-03-06T11:00-05:00', 1), sent('2026-03-09T11:00-04:00', 2), sent('2026-03-10T11:00-04:00', 3)],
      '2026-03-13 09:00',
    ],
  ])('%s', (_, outreach, wanted) => {
    expect(inNewYork(verdictOf(outreach)?.sendAt ?? null)).toBe(wanted)
  })

  it('says so when no day is left within reach', () => {
    const week = ['11', '12', '13'].map((day, n) => sent(`2026-03-${day}T09:00-04:00`, n))
    expect(verdictOf(week)).toMatchObject({ verdict: 'skipped', reason: 'dailyCap' })
    expect(verdictOf(week)?.trail.find(({ check }) => check === 'dailyCap')).toMatchObject({ result: 'failed' })
  })

  it('is postponed when another went out in the moment before', () => {
    const decided = { ...nothingDecided, outreach: [sent('2026-03-11T10:00-04:00')] }
    expect(decide(recall(), reminder, 'patient', organization(), decided, due)).toMatchObject({
      outcome: 'postpone',
      until: due + 23 * hourMs,
    })
  })

  it('does not count the message itself, care, or what staff get', () => {
    const own = { actionId: reminder.id, occurrenceKey: `${uuid(2)}/due/2026-03-10`, at: due - hourMs }
    expect(verdictOf([own])?.sendAt).toBe(due)
    const many = [sent('2026-03-11T09:00-04:00')]
    expect(
      verdictOf(many, action({ type: 'recall', category: 'care', timing: { offset: 1, direction: 'after' } }))?.sendAt,
    ).toBe(due)
    const toStaff = action({
      type: 'recall',
      timing: { offset: 1, direction: 'after' },
      recipients: { kind: 'staff', staffIds: [uuid(40)], roles: [], careEventProviders: false },
    })
    expect(verdictOf(many, toStaff, due - dayMs, organization({ staff: [staff()] }))?.sendAt).toBe(due)
  })

  it('never lets a day or a week have more, whatever was sent', () => {
    const sends = fc.array(fc.integer({ min: -7, max: 4 }), { maxLength: 6 })
    fc.assert(
      fc.property(sends, (days) => {
        const outreach = days.map((day, n) => ({
          ...sent('2026-03-11T09:00-04:00', n),
          at: due - hourMs + day * dayMs,
        }))
        const verdict = verdictOf(outreach)
        if (verdict?.sendAt == null) return
        const day = Math.round((verdict.sendAt - due) / dayMs)
        expect(days.filter((each) => each === day)).toEqual([])
        expect(days.filter((each) => each > day - 7 && each <= day).length).toBeLessThan(3)
      }),
    )
  })
})
