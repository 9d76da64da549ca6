import { describe, expect, it } from '@jest/globals'
import { decide } from '../../domain/decide.ts'
import type { DecidedDelivery } from '../../domain/facts.ts'
import {
  action,
  appointment,
  at,
  contactPoint,
  delivery,
  nothingDecided,
  organization,
  patient,
  uuid,
} from './build.ts'

const due = at('2026-03-09T10:00-04:00')
const oneDay = action({ timing: { offset: 1 } })
interface Given {
  careEvent?: Parameters<typeof appointment>[0]
  action?: typeof oneDay
  organization?: Parameters<typeof organization>[0]
  deliveries?: DecidedDelivery[]
  suppressed?: boolean
  recipient?: string
  now?: number
}
const ask = (given: Given) =>
  decide(
    appointment(given.careEvent),
    given.action ?? oneDay,
    given.recipient ?? 'patient',
    organization(given.organization),
    {
      deliveries: given.deliveries ?? [],
      suppressions: given.suppressed ? [{ actionId: uuid(3), recipient: null }] : [],
    },
    given.now ?? due,
  )
const claimed = (more: Partial<DecidedDelivery> = {}) =>
  delivery({ status: 'claimed', reachedProvider: false, ...more })

describe('right before the provider call everything is decided again', () => {
  it.each<[string, Given, object]>([
    ['nothing has changed', {}, { outcome: 'send' }],
    ['a moment too soon', { now: due - 1 }, { outcome: 'postpone', until: due }],
    ['status', { careEvent: { status: 'cancelled' } }, { outcome: 'skip', reason: 'filterStatus', final: false }],
    ['deleted', { careEvent: { deleted: true } }, { outcome: 'skip', reason: 'careEventDeleted' }],
    [
      'a request to cancel',
      { careEvent: { confirmation: 'cancelRequested' } },
      { outcome: 'skip', reason: 'cancelRequested' },
    ],
    [
      'filters',
      { action: action({ timing: { offset: 1 }, filters: { facilityIds: [uuid(9)] } }) },
      { outcome: 'skip', reason: 'filterFacility' },
    ],
    [
      'consent',
      {
        careEvent: {
          patient: patient({
            consents: [{ address: contactPoint().address, channel: 'sms', category: 'care', state: 'denied' }],
          }),
        },
      },
      { outcome: 'skip', reason: 'noConsent', final: false },
    ],
    [
      'rules',
      { action: action({ timing: { offset: 1 } }, { editedAt: due - 60_000 }) },
      { outcome: 'postpone', until: due + 59 * 60_000 },
    ],
    ['suppression', { suppressed: true }, { outcome: 'skip', reason: 'suppressed' }],
    [
      'patient alive',
      { careEvent: { patient: patient({ deceased: true }) } },
      { outcome: 'skip', reason: 'patientDeceased' },
    ],
    [
      'patient active',
      { careEvent: { patient: patient({ active: false }) } },
      { outcome: 'skip', reason: 'patientInactive' },
    ],
    [
      'action active',
      { action: action({ timing: { offset: 1 }, status: 'inactive' }) },
      { outcome: 'skip', reason: 'actionInactive' },
    ],
    ['paused', { organization: { paused: true } }, { outcome: 'skip', reason: 'organizationPaused' }],
    ['recipient', { recipient: uuid(41) }, { outcome: 'skip', reason: 'noRecipient' }],
    ['too late', { now: due + 241 * 60_000 }, { outcome: 'skip', reason: 'tooLate', final: true }],
    ['begun', { now: at('2026-03-10T10:00-04:00') }, { outcome: 'skip', reason: 'anchorPassed', final: true }],
    ['no anchor', { careEvent: { start: null } }, { outcome: 'skip', reason: 'noAnchor' }],
  ])('%s', (_, given, expected) => {
    expect(ask(given)).toMatchObject(expected)
  })

  it('an appointment moved an hour before its reminder is not announced at the old time: it waits for the new one', () => {
    const start = { at: at('2026-03-11T15:00-04:00') }
    const decision = ask({ careEvent: { start, anchorKnownSince: due - 3_600_000 }, deliveries: [claimed()] })
    expect(decision).toMatchObject({ outcome: 'postpone', until: at('2026-03-10T15:00-04:00') })
    expect(decision.verdict.occurrenceKey).not.toBe(claimed().occurrenceKey)
  })
})

describe('a delivery that exists', () => {
  it.each<[string, Given, object]>([
    ['claimed for it: decided as if it were new', { deliveries: [claimed()] }, { outcome: 'send' }],
    [
      'claimed, and nothing stale is sent',
      { deliveries: [claimed()], now: due + 181 * 60_000 + 60 * 60_000 },
      { outcome: 'skip', reason: 'tooLate' },
    ],
    ['not before', { deliveries: [claimed({ notBefore: due + 5_000 })] }, { outcome: 'postpone', until: due + 5_000 }],
    ['not before, which is over', { deliveries: [claimed({ notBefore: due - 5_000 })] }, { outcome: 'send' }],
    [
      'to fall back to another channel',
      { deliveries: [claimed({ status: 'failed', final: false })] },
      { outcome: 'send' },
    ],
    [
      'an open call is never repeated',
      { deliveries: [delivery({ status: 'sending' })] },
      { outcome: 'skip', reason: 'outcomeUnknown', final: false },
    ],
    [
      'an unknown outcome is never repeated',
      { deliveries: [delivery({ status: 'unknown' })] },
      { outcome: 'skip', reason: 'outcomeUnknown' },
    ],
    ['sent', { deliveries: [delivery()] }, { outcome: 'skip', reason: 'alreadySent', final: true }],
    [
      'failed for good',
      { deliveries: [delivery({ status: 'failed', final: true })] },
      { outcome: 'skip', reason: 'providerRefused' },
    ],
    [
      'skipped for a consent given since',
      { deliveries: [delivery({ status: 'skipped', reason: 'noConsent', final: true, reachedProvider: false })] },
      { outcome: 'send' },
    ],
  ])('%s', (_, given, expected) => {
    expect(ask(given)).toMatchObject(expected)
  })

  it('the verdict carries the delivery and the occurrence that count now', () => {
    expect(ask({ deliveries: [claimed()] }).verdict).toMatchObject({
      deliveryId: claimed().id,
      occurrenceKey: claimed().occurrenceKey,
      recipient: 'patient',
      verdict: 'planned',
      sendAt: due,
    })
    expect(decide(appointment(), oneDay, 'patient', organization(), nothingDecided, due).verdict.deliveryId).toBeNull()
  })
})
