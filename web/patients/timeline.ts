import type { CareEventDetails } from '../../db/queries/careEventDetails.ts'
import type { ContactPointView } from '../../db/queries/contactPoints.ts'
import type { DeliveryDetails } from '../../db/queries/deliveryDetails.ts'
import type { Timeline } from '../../db/queries/timeline.ts'
import type { ActionFacts } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import { careEventLine } from '../careEvents/summary.ts'
import { channelWords, deliveryRow } from '../deliveries/list.ts'
import { relative, writtenDate, writtenOut } from '../words/time.ts'
import { trailRows } from '../words/trail.ts'

interface Known {
  actions: readonly ActionFacts[]
  careEvents: ReadonlyMap<string, CareEventDetails>
  deliveries: ReadonlyMap<string, DeliveryDetails>
  now: Instant
}

/** What is to come, soonest first. */
export function comingRows({ coming }: Timeline, { actions, careEvents, now }: Known) {
  return coming.flatMap((message, index) => {
    const careEvent = careEvents.get(message.careEventId)
    const sendAt = message.sendAt === null ? null : Date.parse(message.sendAt)
    if (!careEvent || sendAt === null) return []
    return {
      id: `coming-${index}`,
      title: actions.find(({ id }) => id === message.actionId)?.definition.title ?? 'An action',
      when: writtenOut(sendAt, careEvent.zone, now),
      relative: relative(sendAt, now),
      about: careEventLine(careEvent, now),
      careEventHref: `/care-events/${message.careEventId}`,
      channel: message.channel === null ? null : (channelWords[message.channel] ?? message.channel),
      trail: trailRows(message.trail, careEvent.zone, now),
    }
  })
}

/** What was, newest first. */
export function pastRows({ past }: Timeline, { deliveries, now }: Known) {
  return past.map((delivery) => deliveryRow(delivery, deliveries.get(delivery.id), now))
}

const consentWords = {
  presumed: { word: 'May be sent', icon: 'check', tone: 'calm', meaning: 'The patient gave this number or address.' },
  granted: { word: 'Opted in', icon: 'check', tone: 'good', meaning: 'The patient said yes.' },
  denied: { word: 'Opted out', icon: 'failed', tone: 'bad', meaning: 'The patient said no.' },
} as const

/** Numbers and addresses with what each has consented to. */
export function contactRows(points: readonly ContactPointView[], zone: string) {
  return points.map(({ address, channel, contactName, invalidSince, consent }) => {
    const denied = consent.care === 'denied' && consent.outreach === 'denied'
    return {
      address,
      channel,
      channelWord: channelWords[channel] ?? channel,
      owner: contactName,
      invalid: invalidSince === null ? null : `does not work since ${writtenDate(Date.parse(invalidSince), zone)}`,
      care: consentWords[consent.care],
      outreach: consentWords[consent.outreach],
      change: denied ? { state: 'granted', label: 'Opt in again' } : { state: 'denied', label: 'Opt out' },
    }
  })
}
