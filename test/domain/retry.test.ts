import { describe, expect, it } from '@jest/globals'
import { minuteMs } from '../../domain/instant.ts'
import { firstReconcileAt, retryDelayMs, weighAbsence } from '../../domain/retry.ts'

const at = (minutes: number) => minutes * minuteMs
const attempt = (emptyAnswers = 0, checks = 0) => ({ attemptedAt: 0, emptyAnswers, checks })

describe('how long a refused message waits', () => {
  it.each([
    [1, null, 5_000, 'soon: most refusals pass at once'],
    [2, null, 20_000, 'still within half a minute of the first'],
    [3, null, at(1), 'then later'],
    [9, null, at(5), 'never longer than five minutes, so that a recovery is not missed'],
    [1, at(10), at(10), 'the provider said when'],
    [5, 1_000, at(5), 'the provider is too hopeful'],
  ])('refusal %i, provider asks %p ms: %i ms (%s)', (refusals, retryAfter, expected, _why) => {
    expect(retryDelayMs(refusals, retryAfter)).toBe(expected)
  })
})

describe('what an answer without the message means', () => {
  it.each([
    ['absent' as const, attempt(), at(1), { verdict: 'askAgain', at: at(5), emptyAnswers: 0 }, 'too fresh to count'],
    [
      'absent' as const,
      attempt(0, 1),
      at(5),
      { verdict: 'askAgain', at: at(7), emptyAnswers: 1 },
      'the first that counts',
    ],
    ['absent' as const, attempt(1, 2), at(7), { verdict: 'absent' }, 'the second that counts'],
    [
      'undecidable' as const,
      attempt(1, 2),
      at(7),
      { verdict: 'askAgain', at: at(11), emptyAnswers: 1 },
      'no answer is not an empty answer',
    ],
    ['undecidable' as const, attempt(1, 39), at(900), { verdict: 'giveUp' }, 'an operator must look'],
  ])('%s of %j after %i ms: %j (%s)', (answer, of, now, expected, _why) => {
    expect(weighAbsence(of, answer, false, now)).toEqual(expected)
  })

  it('trusts a store that cannot be behind at once', () => {
    expect(weighAbsence(attempt(), 'absent', true, 1)).toEqual({ verdict: 'absent' })
    expect(firstReconcileAt(7, true)).toBe(7)
    expect(firstReconcileAt(7, false)).toBe(7 + minuteMs)
  })
})
