import { actionDefinitionSchema } from '../domain/action.ts'
import { withDefaults } from '../domain/definitionDefaults.ts'
import type { ActionFacts, CareEventFacts, Decided, OrganizationFacts } from '../domain/facts.ts'
import { dayMs, hourMs, type Instant } from '../domain/instant.ts'
import { defaultDeliveryRules } from '../domain/organization.ts'
import { plan } from '../domain/plan.ts'
import { type Figure, figureOf } from './figure.ts'

/**
 * Pure plans per second on one core: one care event, 50 actions, 5 of them matching. The baseline is a round trip of
 * the same input through JSON in the same run, which is what reading it from anywhere costs at the least.
 */
const seconds = 2
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const first = Date.parse('2026-03-02T15:00:00Z')

function careEventAt(n: number): CareEventFacts {
  const start = first + (n % 300) * dayMs + (n % 37) * 15 * 60_000
  return {
    id: uuid(n),
    kind: 'appointment',
    status: 'booked',
    confirmation: 'none',
    deleted: false,
    start: { at: start },
    createdAt: first - 30 * dayMs,
    updatedAt: null,
    dueDate: null,
    procedureDate: null,
    diagnosisDate: null,
    anchorKnownSince: first - 30 * dayMs,
    codes: [],
    facility: {
      id: uuid(1),
      name: 'Main Street',
      enabled: true,
      sensitive: false,
      zone: 'America/New_York',
      state: 'NY',
    },
    providers: [{ id: uuid(2), name: 'Dr. Example', enabled: true, sensitive: false, staffMemberId: null }],
    appointmentType: { id: uuid(3), name: 'Follow up', enabled: true, sensitive: false },
    fulfilledById: null,
    patient: {
      key: 'patient',
      kind: 'patient',
      id: uuid(4),
      zone: 'America/Chicago',
      addressState: 'IL',
      language: 'en',
      contactPoints: [{ id: uuid(5), channel: 'sms', address: '+15555550101', rank: 1, invalidSince: null }],
      consents: [],
      ownHours: null,
      active: true,
      deceased: false,
      muted: false,
      bornIn: null,
      birthDate: '1980-02-03',
    },
  }
}

function actionOf(n: number): ActionFacts {
  const matching = n % 10 === 0
  const definition = actionDefinitionSchema.parse(
    withDefaults({
      type: 'appointment',
      title: `Action ${n}`,
      status: 'active',
      recipients: { kind: 'patient' },
      message: { body: 'See you soon' },
      timing: { offset: 1 + (n % 40), unit: n % 20 ? 'days' : 'hours', direction: 'before', anchor: 'start' },
      filters: matching ? {} : { facilityIds: [uuid(100 + n), uuid(200 + n)], appointmentTypeIds: [uuid(300 + n)] },
    }),
  )
  const longAgo = first - 365 * dayMs
  return { id: uuid(1000 + n), version: 1, definition, editedAt: longAgo, activatedAt: longAgo, deleted: false }
}

const actions = Array.from({ length: 50 }, (_, n) => actionOf(n))
const careEvents = Array.from({ length: 500 }, (_, n) => careEventAt(n))
const decided: Decided = { deliveries: [], suppressions: [] }
const organization: OrganizationFacts = {
  id: uuid(9),
  name: 'Example Practice',
  phone: null,
  timeZone: 'America/New_York',
  state: 'NY',
  defaultSendTime: '10:00',
  paused: false,
  enabledActionTypes: ['appointment'],
  enabledResourceKinds: ['facility', 'provider', 'appointmentType'],
  enableNewResources: true,
  bookingUrl: null,
  requireOptIn: false,
  minorReview: false,
  sessionIdleMinutes: 15,
  deliveryRules: defaultDeliveryRules,
  closures: [],
  staff: [],
}

/** Calls per second of this process's own time, so that other load on the machine does not count. */
function perSecond(call: (n: number) => void): number {
  for (let n = 0; n < 500; n++) call(n)
  const begun = process.cpuUsage()
  const until = performance.now() + seconds * 1000
  let calls = 0
  while (performance.now() < until) for (let n = 0; n < 50; n++) call(calls++)
  const used = process.cpuUsage(begun)
  return calls / ((used.user + used.system) / 1e6)
}

/** Plans per second on one core, beside JSON round trips of the same input. */
export function planFigure(): Figure {
  let matched = 0
  const plans = perSecond((n) => {
    const now: Instant = first - hourMs
    const verdicts = plan(careEvents[n % careEvents.length] as CareEventFacts, actions, organization, decided, now)
    matched = verdicts.filter((verdict) => verdict.recipient !== null).length
  })
  if (matched !== 5) throw new Error(`5 of 50 actions should match, ${matched} did`)
  const roundTrips = perSecond((n) => {
    JSON.parse(JSON.stringify({ careEvent: careEvents[n % careEvents.length], actions, organization, decided }))
  })
  return figureOf('plan', 'plans/s per core', plans, roundTrips)
}

if (import.meta.main) console.log(JSON.stringify(planFigure()))
