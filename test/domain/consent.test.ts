import { describe, expect, it } from '@jest/globals'
import type { TextChannel } from '../../domain/action.ts'
import { channelLadder } from '../../domain/consent.ts'
import type { ConsentFacts, ContactPointFacts } from '../../domain/facts.ts'
import { action, contactPoint, longAgo, organization, patient, staff } from './build.ts'

const sms = contactPoint({ id: 's', channel: 'sms', rank: 2 })
const voice = contactPoint({ id: 'v', channel: 'voice', rank: 3 })
const email = contactPoint({ id: 'e', channel: 'email', address: 'someone@example.test', rank: 1 })
const all = [sms, voice, email]
const consent = (
  point: ContactPointFacts,
  state: ConsentFacts['state'],
  category: ConsentFacts['category'] = 'care',
): ConsentFacts => ({
  address: point.address,
  channel: point.channel,
  category,
  state,
})

interface Given {
  points?: ContactPointFacts[]
  consents?: ConsentFacts[]
  override?: TextChannel[]
  category?: 'care' | 'outreach'
  requireOptIn?: boolean
}
const ladder = ({ points = all, consents = [], override, category, requireOptIn = false }: Given) =>
  channelLadder(
    patient({ contactPoints: points, consents }),
    action({ channels: { override: override ?? null, secure: null }, ...(category && { category }) }),
    organization({ requireOptIn }),
  )

describe('Who and where: the ladder of channels', () => {
  it.each<[string, Given, string[], string | null]>([
    ['in their preference order', {}, ['e', 's', 'v'], null],
    ['an override goes first', { override: ['voice', 'sms'] }, ['v', 's', 'e'], null],
    [
      'an override never uses a denied channel',
      { override: ['voice'], consents: [consent(voice, 'denied')] },
      ['e', 's'],
      null,
    ],
    ['a denied channel is left out', { consents: [consent(email, 'denied')] }, ['s', 'v'], null],
    ['denied for the other category only', { consents: [consent(email, 'denied', 'outreach')] }, ['e', 's', 'v'], null],
    [
      'outreach asks for its own',
      { category: 'outreach', consents: [consent(email, 'denied', 'outreach')] },
      ['s', 'v'],
      null,
    ],
    ['all denied', { consents: all.map((point) => consent(point, 'denied')) }, [], 'noConsent'],
    ['nothing known of them', { points: [] }, [], 'noContactPoint'],
    ['an address found invalid', { points: [{ ...sms, invalidSince: longAgo }] }, [], 'noContactPoint'],
    ['an opt-in is asked for and missing', { requireOptIn: true }, [], 'noConsent'],
    ['an opt-in is asked for and given', { requireOptIn: true, consents: [consent(sms, 'granted')] }, ['s'], null],
    [
      'two entries: the denial stands',
      { consents: [consent(sms, 'denied'), consent(sms, 'granted')], points: [sms] },
      [],
      'noConsent',
    ],
  ])('%s', (_, given, points, reason) => {
    const found = ladder(given)
    expect([found.points.map((point) => point.id), found.reason]).toEqual([points, reason])
  })

  it('staff need no opt-in', () => {
    expect(channelLadder(staff(), action(), organization({ requireOptIn: true })).points).toHaveLength(1)
  })
})
