import { describe, expect, it } from '@jest/globals'
import { type AttemptStatus, applyCallback, type CallbackFacts, nextAttemptStatus } from '../../domain/attempt.ts'
import type { DeliveryStatus, ProviderStatus } from '../../domain/delivery.ts'

describe("an attempt's status after its provider's word", () => {
  it.each<[AttemptStatus, ProviderStatus, AttemptStatus, string]>([
    ['open', 'sent', 'accepted', 'the callback overtook the answer'],
    ['open', 'delivered', 'delivered', 'so did this'],
    ['unknown', 'sent', 'accepted', 'now it is known'],
    ['unknown', 'failed', 'failed', 'now it is known'],
    ['absent', 'delivered', 'delivered', 'it was there after all'],
    ['accepted', 'sent', 'accepted', 'a repeat'],
    ['accepted', 'undelivered', 'undelivered', 'the carrier gave up'],
    ['delivered', 'sent', 'delivered', 'late'],
    ['delivered', 'undelivered', 'delivered', 'delivered beats all'],
    ['undelivered', 'sent', 'undelivered', 'late'],
    ['undelivered', 'delivered', 'delivered', 'delivered beats all'],
    ['failed', 'undelivered', 'failed', 'the first failure counts'],
  ])('%s, %s: %s (%s)', (attempt, status, next) => {
    expect(nextAttemptStatus(attempt, status)).toBe(next)
  })

  it('is the same in whatever order the callbacks come, and however often', () => {
    const orders: ProviderStatus[][] = [
      ['sent', 'delivered'],
      ['delivered', 'sent'],
      ['sent', 'delivered', 'sent', 'delivered'],
      ['undelivered', 'delivered', 'sent'],
    ]
    for (const order of orders) expect(order.reduce(nextAttemptStatus, 'open')).toBe('delivered')
  })
})

describe('what a callback does to its delivery', () => {
  const facts: CallbackFacts = { delivery: 'sent', attempt: 'accepted', isLatestAttempt: true, canTryAgain: false }

  it.each<[Partial<CallbackFacts>, ProviderStatus, DeliveryStatus, boolean, string]>([
    [{}, 'delivered', 'delivered', false, 'a "delivered" starts no run'],
    [{}, 'sent', 'sent', false, 'a repeat'],
    [{}, 'undelivered', 'undelivered', true, 'no channel is left'],
    [{ canTryAgain: true }, 'undelivered', 'claimed', true, 'another channel takes it'],
    [{ canTryAgain: true }, 'failed', 'claimed', true, 'another channel takes it'],
    [{ delivery: 'sending', attempt: 'open' }, 'sent', 'sent', false, 'it overtook the answer'],
    [{ delivery: 'unknown', attempt: 'unknown' }, 'sent', 'sent', true, 'nothing is left to reconcile'],
    [{ delivery: 'delivered', attempt: 'delivered' }, 'failed', 'delivered', false, 'never back'],
    [{ delivery: 'claimed', attempt: 'failed', canTryAgain: true }, 'failed', 'claimed', false, 'a repeated failure'],
    [
      { delivery: 'sending', isLatestAttempt: false, canTryAgain: true },
      'failed',
      'sending',
      false,
      'an older attempt',
    ],
    [{ delivery: 'sent', isLatestAttempt: false }, 'undelivered', 'sent', false, 'an older attempt'],
    [
      { delivery: 'claimed', isLatestAttempt: false, attempt: 'absent' },
      'delivered',
      'delivered',
      true,
      'it arrived before',
    ],
    [{ delivery: 'skipped', attempt: 'unknown' }, 'sent', 'skipped', false, 'a skip stays one'],
  ])('%j, %s: %s, touches the plan %s (%s)', (change, status, delivery, changesPlan) => {
    expect(applyCallback({ ...facts, ...change }, status)).toMatchObject({ delivery, changesPlan })
  })
})
