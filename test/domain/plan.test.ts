import { describe, expect, it } from '@jest/globals'
import { plan } from '../../domain/plan.ts'
import { type ReasonCode, reasons } from '../../domain/reasons.ts'
import {
  action,
  appointment,
  at,
  delivery,
  facility,
  nothingDecided,
  organization,
  patient,
  procedure,
  recall,
  staff,
  uuid,
} from './build.ts'

const now = at('2026-03-02T12:00-05:00')
const key = `${uuid(2)}/start/2026-03-10T14:00:00.000Z`

describe('a plan', () => {
  it('has one verdict for each action and recipient, the next step first', () => {
    const nurses = [
      staff({ key: uuid(41), roles: ['nurse'], facilityIds: [uuid(10)] }),
      staff({ key: uuid(42), roles: ['nurse'], facilityIds: [uuid(10)] }),
    ]
    const recipients = { kind: 'staff', staffIds: [], roles: ['nurse'], careEventProviders: false } as const
    const actions = [
      action({ type: 'recall' }, { id: uuid(101) }),
      action({ timing: { offset: 1 } }, { id: uuid(102) }),
      action(
        { timing: { offset: 3 }, recipients: { ...recipients, staffIds: [], roles: ['nurse'] } },
        { id: uuid(103) },
      ),
      action({ timing: { offset: 4 } }, { id: uuid(104) }),
      action({ timing: { offset: 30 } }, { id: uuid(105) }),
    ]
    const verdicts = plan(appointment(), actions, organization({ staff: nurses }), nothingDecided, now)
    expect(verdicts.map((verdict) => [verdict.actionId, verdict.recipient, verdict.verdict])).toEqual([
      [uuid(104), 'patient', 'planned'],
      [uuid(103), uuid(41), 'planned'],
      [uuid(103), uuid(42), 'planned'],
      [uuid(102), 'patient', 'planned'],
      [uuid(101), null, 'notMatching'],
      [uuid(105), 'patient', 'skipped'],
    ])
  })

  it.each<
    [
      string,
      Parameters<typeof appointment>[0],
      Parameters<typeof action>[0],
      Parameters<typeof organization>[0],
      string,
      ReasonCode,
    ]
  >([
    ['another kind', {}, { type: 'recall' }, {}, 'notMatching', 'wrongKind'],
    ['a filter', { status: 'cancelled' }, {}, {}, 'notMatching', 'filterStatus'],
    ['an inactive action', {}, { status: 'inactive' }, {}, 'notMatching', 'actionInactive'],
    ['a paused organization', {}, {}, { paused: true }, 'skipped', 'organizationPaused'],
    ['a disabled facility', { facility: facility({ enabled: false }) }, {}, {}, 'skipped', 'facilityDisabled'],
    [
      'no recipient',
      {},
      { recipients: { kind: 'staff', staffIds: [], roles: ['nurse'], careEventProviders: false } },
      {},
      'skipped',
      'noRecipient',
    ],
  ])('says of %s: nobody, with a reason', (_, careEvent, changes, facts, verdict, reason) => {
    const [only] = plan(appointment(careEvent), [action(changes)], organization(facts), nothingDecided, now)
    expect(only).toMatchObject({
      recipient: null,
      verdict,
      reason,
      sendAt: null,
      occurrenceKey: null,
      deliveryId: null,
    })
  })

  it('cancelled by hand: skipped, for all recipients or one of them', () => {
    const reasonWith = (recipient: string | null) =>
      plan(
        appointment(),
        [action()],
        organization(),
        { deliveries: [], suppressions: [{ actionId: uuid(3), recipient }] },
        now,
      )[0]?.reason
    expect(reasonWith(null)).toBe('suppressed')
    expect(reasonWith('patient')).toBe('suppressed')
    expect(reasonWith(uuid(41))).toBeNull()
  })

  it('who may not be written to is skipped, and the skip recorded in its time', () => {
    const careEvent = appointment({ patient: patient({ deceased: true }) })
    const [verdict] = plan(careEvent, [action()], organization(), nothingDecided, now)
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      reason: 'patientDeceased',
      dueAt: at('2026-03-08T10:00-04:00'),
      sendAt: at('2026-03-09T09:00-04:00'),
    })
  })
})

describe('a minor who comes of age', () => {
  it('is one still when the message goes out earlier than it was due', () => {
    // Due at 06:30 on the birthday, which quiet hours move to 19:00 on the eve.
    const early = appointment({
      start: { at: at('2026-03-10T07:30-04:00') },
      facility: facility({ sensitive: true }),
      patient: patient({ birthDate: '2008-03-10' }),
    })
    const [verdict] = plan(
      early,
      [action({ timing: { offset: 1, unit: 'hours' } })],
      organization(),
      nothingDecided,
      now,
    )
    expect(verdict).toMatchObject({ reason: 'minorReview', sendAt: at('2026-03-09T19:00-04:00') })
  })
})

describe('a plan over what was decided before', () => {
  const at5 = at('2026-03-02T17:00-05:00')
  it.each<[string, Partial<ReturnType<typeof delivery>>, object]>([
    ['claimed: a step now', { status: 'claimed', reachedProvider: false }, { verdict: 'postponed', sendAt: now }],
    ['postponed: a step then', { status: 'claimed', notBefore: at5 }, { verdict: 'postponed', sendAt: at5 }],
    ['sending: a step', { status: 'sending' }, { verdict: 'postponed', sendAt: now }],
    ['unknown: a step, to reconcile it', { status: 'unknown', notBefore: at5 }, { verdict: 'postponed', sendAt: at5 }],
    ['failed, with a channel left: a step', { status: 'failed', final: false }, { verdict: 'postponed', sendAt: now }],
    [
      'failed: done',
      { status: 'failed', final: true, reason: 'providerRefused' },
      { verdict: 'done', reason: 'providerRefused', sendAt: null },
    ],
    [
      "unknown, and an operator's now: done",
      { status: 'unknown', final: true },
      { verdict: 'done', reason: 'outcomeUnknown', sendAt: null },
    ],
    [
      'undelivered: done',
      { status: 'undelivered', final: true },
      { verdict: 'done', reason: 'providerRefused', sendAt: null },
    ],
    ['sent: done', { status: 'sent' }, { verdict: 'done', reason: 'alreadySent', sendAt: null }],
    ['delivered: done', { status: 'delivered', final: true }, { verdict: 'done', reason: 'alreadySent', sendAt: null }],
    [
      'skipped for good: done',
      { status: 'skipped', final: true, reason: 'tooLate' },
      { verdict: 'done', reason: 'tooLate', sendAt: null },
    ],
    [
      'skipped for a reason that may change: planned anew',
      { status: 'skipped', final: true, reason: 'noConsent', reachedProvider: false },
      { verdict: 'planned', reason: null, sendAt: at('2026-03-09T09:00-04:00') },
    ],
  ])('%s', (_, more, expected) => {
    const verdicts = plan(
      appointment(),
      [action()],
      organization(),
      { deliveries: [delivery(more)], suppressions: [] },
      now,
    )
    expect(verdicts).toHaveLength(1)
    expect(verdicts[0]).toMatchObject({
      deliveryId: delivery().id,
      occurrenceKey: key,
      recipient: 'patient',
      ...expected,
    })
  })

  it.each<
    [string, Parameters<typeof appointment>[0], Parameters<typeof action>[0], Parameters<typeof organization>[0]]
  >([
    ['the appointment was cancelled', { status: 'cancelled' }, {}, {}],
    ['it was moved', { start: { at: at('2026-03-20T10:00-04:00') } }, {}, {}],
    ['its anchor is gone', { start: null }, {}, {}],
    ['the action is off', {}, { status: 'inactive' }, {}],
    ['the organization is paused', {}, {}, { paused: true }],
    [
      'its recipient is none any more',
      {},
      { recipients: { kind: 'staff', staffIds: [], roles: ['x'], careEventProviders: false } },
      {},
    ],
  ])('every delivery that is not finished has a step, although %s', (_, careEvent, changes, facts) => {
    const open = delivery({ status: 'claimed', reachedProvider: false })
    const verdicts = plan(
      appointment(careEvent),
      [action(changes)],
      organization(facts),
      { deliveries: [open], suppressions: [] },
      now,
    )
    const steps = verdicts.filter((verdict) => verdict.deliveryId === open.id)
    expect(steps).toHaveLength(1)
    expect(steps[0]).toMatchObject({ verdict: 'postponed', sendAt: now, recipient: 'patient', occurrenceKey: key })
    expect(verdicts[0]).toBe(steps[0])
  })

  it('what was about to be sent when the visit moved is to come again when it moves back', () => {
    const superseded = delivery({ status: 'skipped', reason: 'superseded', reachedProvider: false })
    const [verdict] = plan(
      appointment(),
      [action()],
      organization(),
      { deliveries: [{ ...superseded, final: reasons.superseded.final }], suppressions: [] },
      now,
    )
    expect(verdict).toMatchObject({ verdict: 'planned', occurrenceKey: key })
  })

  it('an action that is not there any more: its open delivery still has a step', () => {
    const open = delivery({ status: 'unknown' })
    expect(plan(appointment(), [], organization(), { deliveries: [open], suppressions: [] }, now)).toMatchObject([
      { actionId: open.actionId, verdict: 'postponed', deliveryId: open.id },
    ])
  })

  it('what was sent stays said when the visit has taken place', () => {
    const decided = { deliveries: [delivery()], suppressions: [] }
    const [verdict] = plan(appointment({ status: 'fulfilled' }), [action()], organization(), decided, now)
    expect(verdict).toMatchObject({ verdict: 'done', reason: 'alreadySent', deliveryId: delivery().id })
  })

  it('three lines of one day are one message: the other care event sends it', () => {
    const occurrenceKey = `${uuid(1)}/procedure/2026-03-10`
    const others = delivery({ careEventId: uuid(98), occurrenceKey, status: 'claimed', reachedProvider: false })
    const [verdict] = plan(
      procedure(),
      [action({ type: 'procedure' })],
      organization(),
      { deliveries: [others], suppressions: [] },
      now,
    )
    expect(verdict).toMatchObject({ verdict: 'done', reason: 'mergedInto', sendAt: null, deliveryId: others.id })
  })
})

describe('the trail of a plan', () => {
  const lines = (...given: Parameters<typeof plan>) =>
    plan(...given)[0]?.trail.map(({ check, saw, result }) => `${check}: ${saw}: ${result}`)

  it('names every filter and every rule, with what it saw and did', () => {
    const one = action({ skippedRules: ['holidays'] })
    expect(lines(appointment(), [one], organization(), nothingDecided, now)).toEqual([
      'kind: appointment: passed',
      'action: active: passed',
      'organization: sending: passed',
      'actionType: on: passed',
      'facilityEnabled: Main Street is on: passed',
      'status: booked: passed',
      'confirmation: none: passed',
      'facility: Main Street: passed',
      'provider: none: passed',
      'appointmentType: none: passed',
      "facilityZone: America/New_York (the facility's): noted",
      'due: Tue, Mar 10, 10:00 AM EDT: noted',
      'suppression: none: passed',
      'patient: active: passed',
      'channels: sms: passed',
      "recipientZone: America/New_York (the facility's): noted",
      'activation: active since Tue, Dec 31, 7:00 PM EST: passed',
      'quietHours: Mon, Mar 9, 12:00 AM EDT is in quiet hours 8:00 PM to 9:00 AM: moved',
      'holidays: the action skips this rule: skipped',
      'sundays: Sun, Mar 8, 10:00 AM EDT is on a Sunday: moved',
      'recentEdit: Mon, Mar 9, 9:00 AM EDT is allowed: passed',
      'finalTime: Mon, Mar 9, 9:00 AM EDT: moved',
    ])
  })

  it('reports a zone that is none', () => {
    const careEvent = appointment({ patient: patient({ zone: 'Mars/Base' }) })
    expect(lines(careEvent, [action()], organization(), nothingDecided, now)).toContain(
      "recipientZone: 'Mars/Base' is no time zone; America/New_York (the facility's): noted",
    )
  })

  it('names the rule that left no time', () => {
    const one = action({ timing: { offset: 2, unit: 'hours', ifBlocked: 'skip' } })
    const careEvent = appointment({ start: { at: at('2026-03-10T07:00-04:00') } })
    const trail = lines(careEvent, [one], organization(), nothingDecided, now)
    expect(trail?.filter((line) => line.endsWith('failed'))).toEqual([
      'quietHours: Tue, Mar 10, 5:00 AM EDT is in quiet hours 8:00 PM to 9:00 AM: failed',
      'finalTime: no time is left: failed',
    ])
  })

  it('holds no name, number or address of the patient', () => {
    const careEvent = recall({ patient: patient({ id: uuid(77), zone: 'America/Chicago' }) })
    const text = JSON.stringify(
      plan(careEvent, [action({ type: 'recall' })], organization(), nothingDecided, now).map(({ trail }) => trail),
    )
    expect(text).not.toContain('+1555')
    expect(text).not.toContain(uuid(77))
    expect(text).not.toContain('1980')
  })

  it('every reason has a sentence', () => {
    for (const { sentence } of Object.values(reasons)) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})
