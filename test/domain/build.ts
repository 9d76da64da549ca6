import { type ActionDefinition, actionDefinitionSchema, type Timing } from '../../domain/action.ts'
import { withDefaults } from '../../domain/definitionDefaults.ts'
import type {
  ActionFacts,
  CareEventFacts,
  ContactPointFacts,
  Decided,
  DecidedDelivery,
  FacilityFacts,
  OrganizationFacts,
  PatientFacts,
  ProviderFacts,
  StaffFacts,
} from '../../domain/facts.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'

/** An instant written with its offset, so that no test needs the code it tests to say when. */
export const at = (iso: string): number => {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) throw new Error(`'${iso}' is not an instant`)
  return instant
}

export const newYork = 'America/New_York'
/** Long before everything in these tests. */
export const longAgo = at('2025-01-01T00:00Z')

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const facility = (more: Partial<FacilityFacts> = {}): FacilityFacts => ({
  id: uuid(10),
  name: 'Main Street',
  enabled: true,
  sensitive: false,
  zone: newYork,
  state: 'NY',
  ...more,
})

export const provider = (more: Partial<ProviderFacts> = {}): ProviderFacts => ({
  id: uuid(20),
  name: 'Dr. Example',
  enabled: true,
  sensitive: false,
  staffMemberId: null,
  ...more,
})

export const contactPoint = (more: Partial<ContactPointFacts> = {}): ContactPointFacts => ({
  id: uuid(30),
  channel: 'sms',
  address: '+15555550101',
  rank: 1,
  invalidSince: null,
  ...more,
})

export const patient = (more: Partial<PatientFacts> = {}): PatientFacts => ({
  key: 'patient',
  kind: 'patient',
  id: uuid(1),
  zone: null,
  addressState: null,
  language: null,
  contactPoints: [contactPoint()],
  consents: [],
  ownHours: null,
  active: true,
  deceased: false,
  muted: false,
  birthDate: '1980-02-03',
  bornIn: null,
  ...more,
})

export const staff = (more: Partial<StaffFacts> = {}): StaffFacts => ({
  key: uuid(40),
  kind: 'staff',
  zone: null,
  addressState: null,
  language: null,
  contactPoints: [contactPoint({ id: uuid(31), address: '+15555550140' })],
  consents: [],
  ownHours: null,
  roles: [],
  facilityIds: [],
  active: true,
  signsIn: true,
  ...more,
})

/** A booked appointment on Tuesday 2026-03-10 at 10:00 in New York, known long before. */
export const appointment = (more: Partial<CareEventFacts> = {}): CareEventFacts => ({
  id: uuid(2),
  kind: 'appointment',
  status: 'booked',
  confirmation: 'none',
  deleted: false,
  start: { at: at('2026-03-10T10:00-04:00') },
  createdAt: longAgo,
  updatedAt: null,
  dueDate: null,
  procedureDate: null,
  diagnosisDate: null,
  anchorKnownSince: longAgo,
  codes: [],
  facility: facility(),
  providers: [],
  appointmentType: null,
  fulfilledById: null,
  patient: patient(),
  ...more,
})

const otherKind = (more: Partial<CareEventFacts>): CareEventFacts =>
  appointment({ start: null, createdAt: null, ...more })

/** An open recall, due on Tuesday 2026-03-10. */
export const recall = (more: Partial<CareEventFacts> = {}): CareEventFacts =>
  otherKind({ kind: 'recall', status: 'open', dueDate: { date: '2026-03-10' }, ...more })

export const procedure = (more: Partial<CareEventFacts> = {}): CareEventFacts =>
  otherKind({
    kind: 'procedure',
    status: 'completed',
    procedureDate: { date: '2026-03-10' },
    codes: [{ system: 'cpt', code: '45378' }],
    ...more,
  })

export const diagnosis = (more: Partial<CareEventFacts> = {}): CareEventFacts =>
  otherKind({
    kind: 'diagnosis',
    status: 'active',
    diagnosisDate: { date: '2026-03-10' },
    codes: [{ system: 'icd10', code: 'E11.9' }],
    ...more,
  })

export type DefinitionChanges = Partial<Omit<ActionDefinition, 'timing' | 'filters'>> & {
  timing?: Partial<Timing>
  filters?: Partial<ActionDefinition['filters']>
}

const anchors = {
  appointment: 'start',
  extraReminder: 'start',
  recall: 'dueDate',
  procedure: 'procedureDate',
  diagnosis: 'diagnosisDate',
} as const

/** An active definition that passes the schema: by default "2 days before the appointment", "1 day after" otherwise. */
export const definition = ({ timing, filters, ...more }: DefinitionChanges = {}): ActionDefinition => {
  const type = more.type ?? 'appointment'
  const isBefore = type === 'appointment' || type === 'extraReminder' || type === 'recall'
  return actionDefinitionSchema.parse(
    withDefaults({
      type,
      title: 'Reminder',
      status: 'active',
      recipients: { kind: 'patient' },
      message: type === 'extraReminder' ? null : { body: 'See you soon' },
      templateId: type === 'extraReminder' ? uuid(50) : null,
      ...more,
      timing: {
        offset: isBefore ? 2 : 1,
        unit: 'days',
        direction: isBefore ? 'before' : 'after',
        anchor: anchors[type],
        ...timing,
      },
      ...(filters && {
        filters: {
          facilityIds: null,
          providerIds: null,
          appointmentTypeIds: null,
          statuses: null,
          confirmation: null,
          codes: null,
          ...filters,
        },
      }),
    }),
  )
}

export const action = (changes: DefinitionChanges = {}, more: Partial<ActionFacts> = {}): ActionFacts => ({
  id: uuid(3),
  version: 1,
  definition: definition(changes),
  editedAt: longAgo,
  activatedAt: longAgo,
  deleted: false,
  ...more,
})

export const organization = (more: Partial<OrganizationFacts> = {}): OrganizationFacts => ({
  id: uuid(4),
  name: 'Example Practice',
  phone: null,
  timeZone: newYork,
  state: 'NY',
  defaultSendTime: '10:00',
  paused: false,
  enabledActionTypes: ['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'],
  enabledResourceKinds: ['facility', 'provider', 'appointmentType'],
  enableNewResources: true,
  bookingUrl: null,
  requireOptIn: false,
  minorReview: false,
  sessionIdleMinutes: 15,
  deliveryRules: defaultDeliveryRules,
  closures: [],
  staff: [],
  ...more,
})

export const nothingDecided: Decided = { deliveries: [], suppressions: [] }

export const delivery = (more: Partial<DecidedDelivery> = {}): DecidedDelivery => ({
  id: uuid(60),
  actionId: uuid(3),
  careEventId: uuid(2),
  occurrenceKey: `${uuid(2)}/start/2026-03-10T14:00:00.000Z`,
  recipient: 'patient',
  status: 'sent',
  reason: null,
  final: false,
  notBefore: null,
  dueAt: null,
  sentAt: null,
  reachedProvider: true,
  ...more,
})

/** Instants read as a person would check them: the wall time in New York. */
export const inNewYork = (instant: number | null): string | null =>
  instant === null
    ? null
    : new Intl.DateTimeFormat('sv-SE', {
        timeZone: newYork,
        dateStyle: 'short',
        timeStyle: 'short',
      })
        .format(instant)
        .replace(',', '')
