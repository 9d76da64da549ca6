import { describe, expect, it } from '@jest/globals'
import {
  DELIVERY_EVENTS,
  DELIVERY_STATUSES,
  type DeliveryEvent,
  type DeliveryStatus,
  isFinal,
  nextDeliveryState,
  yieldsStep,
} from '../../domain/delivery.ts'

const states = [null, ...DELIVERY_STATUSES] as const

/** One line an event, one column a state; `.` is what cannot happen. */
const expected = `
                     null     claimed    sending      sent         delivered  undelivered  failed     skipped  unknown
claim                claimed  claimed    .            .            .          .            .          claimed  .
attemptOpened        .        sending    .            .            .          .            .          .        .
accepted             .        claimed    sent         sent         delivered  undelivered  failed     .        sent
refusedRetryable     .        .          claimed      .            .          .            .          .        .
refusedFallback      .        .          claimed      .            .          .            .          .        .
refusedPermanent     .        failed     failed       .            .          .            .          .        .
notKnown             .        claimed    unknown      sent         delivered  undelivered  failed     .        unknown
reconciledFound      .        .          .            sent         delivered  undelivered  failed     .        sent
reconciledAbsent     .        .          .            .            .          .            .          .        claimed
callbackSent         .        claimed    sent         sent         delivered  undelivered  failed     skipped  sent
callbackDelivered    .        delivered  delivered    delivered    delivered  delivered    delivered  skipped  delivered
callbackUndelivered  .        claimed    undelivered  undelivered  delivered  undelivered  failed     skipped  undelivered
callbackFailed       .        claimed    failed       failed       delivered  undelivered  failed     skipped  failed
callbackTryAgain     .        claimed    claimed      claimed      delivered  undelivered  failed     skipped  claimed
skip                 skipped  skipped    .            .            .          .            .          skipped  .
resolveSent          .        .          .            .            .          .            .          .        sent
resolveFailed        .        .          .            .            .          .            .          .        failed
resolveSendAgain     .        .          .            .            .          .            .          .        claimed
resend               .        .          .            .            .          claimed      claimed    claimed  .
reissue              .        .          .            claimed      claimed    claimed      claimed    .        .
`

const [, ...lines] = expected.trim().split('\n')
const columns = ['null', ...DELIVERY_STATUSES]
const cells = lines.flatMap((line) => {
  const [event, ...next] = line.trim().split(/\s+/)
  return columns.map((state, index) => [state, event, next[index]] as [string, DeliveryEvent, string])
})

describe("the delivery's state machine", () => {
  it('is written down here for every event and state', () => {
    expect(lines.map((line) => line.split(/\s/)[0])).toEqual([...DELIVERY_EVENTS])
    expect(expected.trim().split('\n')[0]?.trim().split(/\s+/)).toEqual(columns)
  })

  it.each(cells)('%s, %s: %s', (state, event, next) => {
    const from = states.find((one) => String(one) === state) ?? null
    expect(nextDeliveryState(from, event) ?? '.').toBe(next)
  })

  it('never leaves delivered, unless a person asks for a new link', () => {
    for (const event of DELIVERY_EVENTS.filter((each) => each !== 'reissue'))
      expect([undefined, 'delivered']).toContain(nextDeliveryState('delivered', event))
  })

  it('sends only what is claimed, and never again what may have been taken', () => {
    const sendable = DELIVERY_STATUSES.filter((state) => nextDeliveryState(state, 'attemptOpened') !== undefined)
    expect(sendable).toEqual(['claimed'])
    const leadsBack = DELIVERY_EVENTS.filter((event) => nextDeliveryState('unknown', event) === 'claimed')
    expect(leadsBack).toEqual(['reconciledAbsent', 'callbackTryAgain', 'resolveSendAgain'])
  })

  it.each<[DeliveryStatus, boolean, boolean]>([
    ['claimed', false, true],
    ['sending', false, true],
    ['unknown', false, true],
    ['sent', false, false],
    ['delivered', true, false],
    ['undelivered', true, false],
    ['failed', true, false],
    ['skipped', true, false],
  ])('%s: final %s, the workflow has a step %s', (state, final, step) => {
    expect([isFinal(state), yieldsStep(state)]).toEqual([final, step])
  })
})
