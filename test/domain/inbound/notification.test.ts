import { describe, expect, it } from '@jest/globals'
import { parseFhir } from '../../../domain/inbound/fhir.ts'
import { lastEventAfter, missedEvents, type Notification } from '../../../domain/inbound/notification.ts'
import { appointmentResource, context, type Json, patientResource } from './fhirSamples.ts'

const parameter = (name: string, value: Json) => ({ name, ...value })
const event = (number: string, focus?: string) => ({
  name: 'notification-event',
  part: [
    { name: 'event-number', valueString: number },
    ...(focus ? [{ name: 'focus', valueReference: { reference: focus } }] : []),
  ],
})
const status = (type: string, ...more: object[]) => ({
  fullUrl: 'urn:uuid:292d3c72-edc1-4d8a-afaa-d85e19c7f563',
  resource: {
    resourceType: 'Parameters',
    parameter: [
      parameter('subscription', { valueReference: { reference: 'https://ehr.example/fhir/Subscription/visits' } }),
      parameter('status', { valueCode: 'active' }),
      parameter('type', { valueCode: type }),
      ...more,
    ],
  },
  request: { method: 'GET', url: 'https://ehr.example/fhir/Subscription/visits/$status' },
  response: { status: '200' },
})
const soFar = (count: string) => parameter('events-since-subscription-start', { valueString: count })
const notified = (...entry: object[]) => parseFhir({ resourceType: 'Bundle', type: 'history', entry }, context)

describe('a notification of a subscription', () => {
  it.each(['handshake', 'heartbeat'])('that is a %s holds nothing to store', (type) => {
    const message = notified(status(type, soFar('4')))
    expect(message).toMatchObject({
      entries: [],
      reasons: [],
      notification: {
        subscription: 'https://ehr.example/fhir/Subscription/visits',
        type,
        status: 'active',
        events: [],
        eventsSoFar: 4,
        missing: [],
        included: 0,
      },
    })
  })

  it('with full resources holds them, however it says they were asked for', () => {
    const whole = { resource: appointmentResource(), request: { method: 'GET', url: 'Appointment/a-1' } }
    const message = notified(
      status('event-notification', event('5', 'https://ehr.example/fhir/Appointment/a-1')),
      whole,
    )
    expect(message.entries.map(({ index, record }) => [index, record?.externalId])).toEqual([[1, 'a-1']])
    expect(message.notification).toMatchObject({ events: [5], missing: [] })
  })

  it('with ids only names what it does not include', () => {
    const named = { fullUrl: 'https://ehr.example/fhir/Patient/p-1', request: { method: 'PUT', url: 'Patient/p-1' } }
    const message = notified(
      status('event-notification', event('5', 'Appointment/a-1'), event('6', 'Patient/p-1')),
      named,
    )
    expect(message.entries).toEqual([])
    expect(message.notification).toMatchObject({ events: [5, 6], missing: ['Appointment/a-1', 'Patient/p-1'] })
  })

  it('names all of many', () => {
    const events = Array.from({ length: 450 }, (_, index) => event(String(index + 1), `Appointment/a-${index + 1}`))
    const { notification } = notified(status('event-notification', ...events, soFar('450')))
    expect(notification).toMatchObject({ eventsSoFar: 450 })
    expect([notification?.events.length, notification?.missing.length]).toEqual([450, 450])
  })

  it('tells of deletions', () => {
    const gone = { request: { method: 'DELETE', url: 'Appointment/a-1' } }
    const message = notified(status('event-notification', event('5')), gone)
    expect(message.entries[0]?.record).toMatchObject({ externalId: 'a-1', deleted: true })
  })

  it('is understood as R4B has it, too', () => {
    const resource = {
      resourceType: 'SubscriptionStatus',
      status: 'active',
      type: 'event-notification',
      subscription: { reference: 'Subscription/visits' },
      eventsSinceSubscriptionStart: 9,
      notificationEvent: [{ eventNumber: '9', focus: { reference: 'Patient/p-1' } }],
    }
    const entry = [{ resource }, { resource: patientResource() }]
    const message = parseFhir({ resourceType: 'Bundle', type: 'subscription-notification', entry }, context)
    expect(message.entries).toHaveLength(1)
    expect(message.notification).toMatchObject({ subscription: 'Subscription/visits', events: [9], missing: [] })
  })

  it('is none without a subscription: then it is a history like others', () => {
    const message = notified({ resource: { resourceType: 'Parameters', parameter: [] } })
    expect(message.notification).toBeUndefined()
    expect(message.entries).toMatchObject([{ index: 0, record: null }])
  })
})

describe('the events of a subscription', () => {
  const said = (events: number[], eventsSoFar: number | null, type = 'event-notification'): Notification => ({
    subscription: 's',
    type,
    status: 'active',
    events,
    eventsSoFar,
    missing: [],
    included: 0,
  })
  it.each<[string, number | null, Notification, [number, number] | null, number | null]>([
    ['the first that is heard of', null, said([7], 7), null, 7],
    ['the next', 6, said([7], 7), null, 7],
    ['several at once', 6, said([7, 8, 9], 9), null, 9],
    ['one again', 7, said([7], 7), null, 7],
    ['an old one', 7, said([5], 7), null, 7],
    ['one that skips some', 6, said([9], 9), [7, 8], 9],
    ['one between two that it tells of', 6, said([9, 7], 9), [8, 8], 9],
    ['a hole behind an old one', 6, said([5, 8], 8), [7, 7], 8],
    ['one that was overtaken: the later ones are still to come', 6, said([7], 9), null, 7],
    ['the one that overtook it', 7, said([9], 9), [8, 8], 9],
    ['a heartbeat that knows of more', 6, said([], 8, 'heartbeat'), [7, 8], 8],
    ['a heartbeat with nothing new', 6, said([], 6, 'heartbeat'), null, 6],
    ['no numbers at all', 6, said([], null), null, 6],
    ['a handshake begins anew', 6, said([], 0, 'handshake'), null, 0],
  ])('%s', (_what, last, notification, missed, after) => {
    expect(missedEvents(last, notification)).toEqual(missed)
    expect(lastEventAfter(last, notification)).toBe(after)
  })
})
