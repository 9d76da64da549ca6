/** What a topic-based subscription sends (R4 backport): its status as Parameters, then what it includes. */
export function notificationOf(said: {
  type?: string
  events: readonly { number: number; focus?: string | undefined }[]
  soFar: number
  included?: readonly object[]
}) {
  const { type = 'event-notification', events, soFar, included = [] } = said
  const parameter = [
    { name: 'subscription', valueReference: { reference: 'Subscription/visits' } },
    { name: 'status', valueCode: 'active' },
    { name: 'type', valueCode: type },
    { name: 'events-since-subscription-start', valueString: String(soFar) },
    ...events.map(({ number, focus }) => ({
      name: 'notification-event',
      part: [
        { name: 'event-number', valueString: String(number) },
        ...(focus === undefined ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
      ],
    })),
  ]
  return {
    resourceType: 'Bundle',
    type: 'history',
    entry: [{ resource: { resourceType: 'Parameters', parameter } }, ...included],
  }
}
