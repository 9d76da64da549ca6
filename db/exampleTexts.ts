import type { ActionDefinitionInput } from '../domain/action.ts'

type Message = NonNullable<ActionDefinitionInput['message']>

/** Message templates of the example practice. */
export const exampleTemplates: readonly { name: string; message: Message }[] = [
  {
    name: 'You are booked',
    message: {
      subject: 'Your visit',
      body: 'Hi {{ patient.firstName }}, you are booked on {{ appointment.start }} at {{ facility.name }}.',
      translations: {
        es: { body: 'Hola {{ patient.firstName }}, tiene cita el {{ appointment.start }} en {{ facility.name }}.' },
      },
    },
  },
  {
    name: 'Your visit was moved',
    message: {
      body: 'Hi {{ patient.firstName }}, your visit is now on {{ appointment.start }} at {{ facility.name }}.',
    },
  },
]

const noFilters = {
  facilityIds: null,
  providerIds: null,
  appointmentTypeIds: null,
  statuses: null,
  confirmation: null,
  codes: null,
}
const patient = { kind: 'patient' } as const

/** Actions of every type, inactive; `idOf` knows what they name. */
export function exampleActions(idOf: (name: string) => string): ActionDefinitionInput[] {
  return [
    {
      type: 'appointment',
      title: 'Two days before',
      groupId: idOf('Before the visit'),
      recipients: patient,
      message: {
        subject: 'Your visit',
        body: 'Hi {{ patient.firstName }}, see you {{ appointment.start }} at {{ facility.name }}. Reply C to confirm.',
        translations: {
          es: {
            body: 'Hola {{ patient.firstName }}, le esperamos el {{ appointment.start }} en {{ facility.name }}. Responda C para confirmar.',
          },
        },
      },
      timing: { offset: 2, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '10:00' },
    },
    {
      type: 'appointment',
      title: 'The day’s visits in one message',
      groupId: idOf('Before the visit'),
      recipients: patient,
      message: {
        body: 'Hi {{ patient.firstName }}, tomorrow at {{ facility.name }}:{% for visit in appointments %} {{ visit.start | time }} {{ visit.type }};{% endfor %}',
      },
      timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '15:00' },
      sameDay: 'list',
    },
    {
      type: 'appointment',
      title: 'How was your visit?',
      groupId: idOf('After the visit'),
      recipients: patient,
      message: { body: 'Thank you for coming, {{ patient.firstName }}. How was it?' },
      timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'start', timeOfDay: '16:00' },
      filters: { ...noFilters, statuses: ['fulfilled'] },
    },
    {
      type: 'appointment',
      title: 'New patient tomorrow',
      groupId: idOf('For staff'),
      recipients: { kind: 'staff', roles: ['Front desk'] },
      message: { body: '{{ recipient.firstName }}: a new patient comes at {{ appointment.start | time }} tomorrow.' },
      timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start', timeOfDay: '16:00' },
      filters: { ...noFilters, appointmentTypeIds: [idOf('NEW')] },
    },
    {
      type: 'recall',
      title: 'Time to book',
      groupId: idOf('Recalls'),
      recipients: patient,
      message: {
        body: 'Hi {{ patient.firstName }}, your next visit is due {{ recall.dueDate | date_long }}. Call {{ practice.phone | phone }} to book.',
      },
      timing: { offset: 14, unit: 'days', direction: 'before', anchor: 'dueDate' },
    },
    {
      type: 'procedure',
      title: 'After a colonoscopy',
      groupId: idOf('After the visit'),
      recipients: patient,
      message: {
        body: 'Hi {{ patient.firstName }}, how do you feel after your {{ procedure.name }}? Call {{ practice.phone | phone }} if anything worries you.',
        containsPhi: true,
      },
      timing: { offset: 2, unit: 'days', direction: 'after', anchor: 'procedureDate' },
      filters: { ...noFilters, codes: [{ system: 'cpt', code: '45378-45398' }] },
    },
    {
      type: 'diagnosis',
      title: 'Living with diabetes',
      groupId: idOf('After the visit'),
      recipients: patient,
      message: {
        body: 'Hi {{ patient.firstName }}, we have a class for people with {{ diagnosis.name }}. Call {{ practice.phone | phone }} to join.',
        containsPhi: true,
      },
      timing: { offset: 7, unit: 'days', direction: 'after', anchor: 'diagnosisDate' },
      filters: {
        ...noFilters,
        codes: [
          { system: 'icd10', code: 'E08-E13' },
          { system: 'icd9', code: '250.*' },
        ],
      },
    },
    {
      type: 'extraReminder',
      title: 'Thank you for booking',
      groupId: idOf('Before the visit'),
      recipients: patient,
      templateId: idOf('You are booked'),
      timing: { offset: 5, unit: 'minutes', direction: 'after', anchor: 'created' },
    },
    {
      type: 'extraReminder',
      title: 'The visit was moved',
      groupId: idOf('Before the visit'),
      recipients: patient,
      templateId: idOf('Your visit was moved'),
      timing: { offset: 0, unit: 'minutes', direction: 'after', anchor: 'updated' },
    },
  ]
}
