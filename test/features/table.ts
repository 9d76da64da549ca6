import { typeTraits } from '../../domain/action.ts'
import { all, at, not, on, type Row, refused, usual } from './cells.ts'

const filter = (name: string, value: unknown) => ({ filters: { [name]: value } })
const onlyHere = { other: ['notMatching filterFacility'] }
const noCodes = refused('filters.codes')
const visitsOnly = { recall: noStatus('statuses'), procedure: noStatus('statuses'), diagnosis: noStatus('statuses') }
function noStatus(name: string) {
  return refused(`filters.${name}`)
}
const noPlace = (name: string) => ({ procedure: refused(`filters.${name}`), diagnosis: refused(`filters.${name}`) })
const noMessage = { extraReminder: refused('message') }
const channelTexts = (text: string, prefix = '') =>
  ['sms', 'voice', 'email'].map((channel) => `${prefix}${channel}: ${text}`)
const hello = channelTexts('Hello Zephyrine')
const secureHello = channelTexts('Hello Zephyrine', 'secure ')

/** Codes of a type's own, of which some are on its care event; the other type with codes has none of that system. */
const codeRows = (
  feature: string,
  type: 'procedure' | 'diagnosis',
  otherType: 'procedure' | 'diagnosis',
  codes: [setting: string, system: string, code: string, matches: boolean][],
): Row[] =>
  codes.map(([setting, system, code, matches]) => ({
    feature,
    setting,
    settings: filter('codes', [{ system, code }]),
    cells: all(noCodes, {
      [type]: matches
        ? at(usual, { other: ['notMatching filterCode'] })
        : not('notMatching filterCode', { other: [usual] }),
      [otherType]: refused('filters.codes.0.system'),
    }),
  }))

/** Type × setting, for every cell of the feature list. */
export const table: Row[] = [
  // Title, status, group
  { feature: 'C2', setting: 'nothing but what is needed', settings: {}, cells: all(at()) },
  { feature: 'C2', setting: 'no title', settings: { title: '  ' }, cells: all(refused('title')) },
  {
    feature: 'C7',
    setting: 'inactive',
    settings: { status: 'inactive' },
    cells: all(not('notMatching actionInactive')),
  },
  { feature: 'C5', setting: 'a group', settings: { groupId: '{group}' }, cells: all(at()) },
  { feature: 'C5', setting: 'a group that is none', settings: { groupId: '{main}' }, cells: all(refused('groupId')) },
  { feature: 'C2', setting: 'a field that is none', settings: { colour: 'red' }, cells: all(refused('colour')) },

  // Recipients
  {
    feature: 'C3',
    setting: 'staff by name',
    settings: { recipients: { kind: 'staff', staffIds: ['{robin}', '{ada}'] } },
    cells: all({ plan: [usual, usual] }, { extraReminder: refused('recipients.kind') }),
  },
  {
    feature: 'C3',
    setting: 'staff by role at the facility',
    settings: { recipients: { kind: 'staff', roles: ['Nurse'] } },
    cells: all(at(usual, { other: ['skipped noRecipient'] }), {
      diagnosis: at(usual, { other: [usual] }),
      extraReminder: refused('recipients.kind'),
    }),
  },
  {
    feature: 'C3',
    setting: 'the care event’s own providers',
    settings: { recipients: { kind: 'staff', careEventProviders: true } },
    cells: all(at(usual, { other: ['skipped noRecipient'] }), { extraReminder: refused('recipients.kind') }),
  },
  {
    feature: 'C3',
    setting: 'staff, but nobody',
    settings: { recipients: { kind: 'staff' } },
    cells: all(refused('recipients'), { extraReminder: refused('recipients.kind') }),
  },
  {
    feature: 'C3',
    setting: 'staff who are not there',
    settings: { recipients: { kind: 'staff', staffIds: ['{group}'] } },
    cells: all(refused('recipients.staffIds.0'), {
      extraReminder: refused('recipients.kind', 'recipients.staffIds.0'),
    }),
  },

  // Message
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'the plain text, or the template’s',
    settings: {},
    cells: all(at(usual, { texts: hello }), {
      procedure: at(usual, { texts: secureHello }),
      diagnosis: at(usual, { texts: secureHello }),
    }),
  },
  {
    feature: 'A1 R1 P1 D1',
    setting: 'no message',
    settings: (type) => (type === 'extraReminder' ? { templateId: null } : { message: null }),
    cells: all(refused('message'), { extraReminder: refused('templateId') }),
  },
  {
    feature: 'X1',
    setting: 'a template beside or instead of a message',
    settings: (type) => (type === 'extraReminder' ? { message: { body: 'Own text' } } : { templateId: '{template}' }),
    cells: all(refused('templateId'), noMessage),
  },
  {
    feature: 'X1',
    setting: 'a template that is none',
    settings: (type) =>
      type === 'extraReminder' ? { templateId: '{group}' } : { message: null, templateId: '{group}' },
    cells: all(refused('message', 'templateId', 'templateId'), { extraReminder: refused('templateId') }),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'contains PHI',
    settings: (type) =>
      type === 'extraReminder' ? { templateId: '{privateTemplate}' } : { message: { containsPhi: true } },
    cells: all(at(usual, { texts: secureHello })),
  },
  {
    feature: 'P1 D1',
    setting: 'contains no PHI, without a reason',
    settings: (type) => (type === 'extraReminder' ? {} : { message: { containsPhi: false } }),
    cells: all(at(usual, { texts: hello }), {
      procedure: refused('message.phiReason'),
      diagnosis: refused('message.phiReason'),
    }),
  },
  {
    feature: 'P1 D1',
    setting: 'contains no PHI, with a reason',
    settings: (type) =>
      type === 'extraReminder' ? {} : { message: { containsPhi: false, phiReason: 'The same text for all' } },
    cells: all(refused('message.phiReason'), {
      procedure: at(usual, { texts: hello }),
      diagnosis: at(usual, { texts: hello }),
      extraReminder: at(usual, { texts: hello }),
    }),
  },
  {
    feature: 'A1',
    setting: 'sent as a secure message',
    settings: { channels: { secure: true } },
    cells: all(at(usual, { texts: secureHello })),
  },
  {
    feature: 'A1',
    setting: 'not secure beside PHI',
    settings: (type) => ({
      channels: { secure: false },
      ...(type === 'extraReminder' ? { templateId: '{privateTemplate}' } : { message: { containsPhi: true } }),
    }),
    cells: all(refused('channels.secure')),
  },
  {
    feature: 'A1',
    setting: 'contact preferences overridden',
    settings: { channels: { override: ['email', 'sms'] } },
    cells: all(at(usual, { texts: ['email: Hello Zephyrine', 'sms: Hello Zephyrine'] }), {
      procedure: at(usual, { texts: ['secure email: Hello Zephyrine', 'secure sms: Hello Zephyrine'] }),
      diagnosis: at(usual, { texts: ['secure email: Hello Zephyrine', 'secure sms: Hello Zephyrine'] }),
    }),
  },
  {
    feature: 'A1',
    setting: 'an override of nothing',
    settings: { channels: { override: [] } },
    cells: all(refused('channels.override')),
  },
  {
    feature: 'A1',
    setting: 'an override with a channel twice',
    settings: { channels: { override: ['sms', 'sms'] } },
    cells: all(refused('channels.override')),
  },
  {
    feature: 'A1',
    setting: 'an override with what is no channel',
    settings: { channels: { override: ['fax'] } },
    cells: all(refused('channels.override.0')),
  },
  {
    feature: 'A1 R1 P1 D1',
    setting: 'a text of a channel’s own',
    settings: {
      channels: { override: ['voice', 'sms'], secure: true },
      message: { channels: { voice: { body: 'Spoken' } } },
    },
    cells: all(at(usual, { texts: ['secure voice: Spoken', 'secure sms: Hello Zephyrine'] }), {
      extraReminder: refused('message.body'),
    }),
  },
  {
    feature: 'A1 R1 P1 D1',
    setting: 'a translation into the patient’s language',
    settings: {
      channels: { override: ['sms'], secure: true },
      message: { translations: { es: { body: 'Hola {{ patient.firstName }}' } } },
    },
    cells: all(at(usual, { texts: ['secure sms: Hello Zephyrine', 'secure sms es: Hola Zephyrine'] }), {
      extraReminder: refused('message.body'),
    }),
  },
  {
    feature: 'A1 R1 P1 D1',
    setting: 'a translation without a body',
    settings: { message: { translations: { es: { body: '' } } } },
    cells: all(refused('message.translations.es.body'), {
      extraReminder: refused('message.body', 'message.translations.es.body'),
    }),
  },

  // Squigglies
  {
    feature: 'C8',
    setting: 'Liquid logic and filters',
    settings: {
      channels: { override: ['sms'], secure: true },
      message: {
        body: '{% if patient.lastName == "Quill" %}{{ patient.lastName | upcase }}{% endif %}, {{ facility.name }}',
      },
    },
    cells: all(at(usual, { texts: ['secure sms: QUILL, Riverside Main'] }), {
      diagnosis: at(usual, { texts: ['secure sms: null'] }),
      extraReminder: refused('message'),
    }),
  },
  {
    feature: 'C8',
    setting: 'an unknown squiggly',
    settings: { message: { body: 'Hi {{ patient.fristName }}' } },
    cells: all(refused('message.body'), { extraReminder: refused('message', 'message.body') }),
  },
  {
    feature: 'C8',
    setting: 'a squiggly of a visit',
    settings: { channels: { override: ['sms'], secure: true }, message: { body: '{{ appointment.start | time }}' } },
    cells: all(refused('message.body'), {
      appointment: at(usual, { texts: ['secure sms: 2:00 PM'] }),
      extraReminder: refused('message'),
    }),
  },
  {
    feature: 'C8',
    setting: 'a squiggly of health information in a plain message',
    settings: (type) => ({
      message: {
        body: type === 'diagnosis' ? '{{ diagnosis.name }}' : '{{ procedure.name }}',
        ...(typeTraits[type].containsPhiByDefault ? { containsPhi: false, phiReason: 'Just to see' } : {}),
      },
    }),
    cells: all(refused('message.body'), { extraReminder: refused('message', 'message.body') }),
  },
  {
    feature: 'C8',
    setting: 'a squiggly of health information in a secure message',
    settings: (type) => ({
      channels: { override: ['sms'] },
      message: { containsPhi: true, body: type === 'diagnosis' ? '{{ diagnosis.code }}' : '{{ procedure.code }}' },
    }),
    cells: all(refused('message.body'), {
      procedure: at(usual, { texts: ['secure sms: 45378'] }),
      diagnosis: at(usual, { texts: ['secure sms: E11.65'] }),
      extraReminder: refused('message', 'message.body'),
    }),
  },

  // Timing
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'before its date',
    settings: { timing: { direction: 'before' } },
    cells: all(at(), { procedure: refused('timing.direction'), diagnosis: refused('timing.direction') }),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'after its date',
    settings: { timing: { direction: 'after', offset: 2 } },
    cells: {
      appointment: at('02-21 10:00'),
      recall: at('04-01 10:00'),
      procedure: at(),
      diagnosis: at(),
      extraReminder: at('02-21 10:00'),
    },
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'hours',
    settings: { timing: { offset: 50, unit: 'hours', timeOfDay: null } },
    cells: {
      appointment: at('02-17 12:00'),
      recall: at('03-28 09:00'),
      procedure: at('02-11 12:00'),
      diagnosis: at('02-11 11:50'),
      extraReminder: at('02-17 12:00'),
    },
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'minutes',
    settings: { timing: { offset: 90, unit: 'minutes', timeOfDay: null } },
    cells: {
      appointment: at('02-19 12:30'),
      recall: at('03-30 09:00'),
      procedure: at('02-09 11:30'),
      diagnosis: at('02-09 11:20'),
      extraReminder: at('02-19 12:30'),
    },
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'days without a time of day',
    settings: { timing: { offset: 2, timeOfDay: null } },
    cells: {
      appointment: at('02-17 14:00'),
      recall: at('03-28 10:00'),
      procedure: at('02-11 10:00'),
      diagnosis: at('02-11 09:50'),
      extraReminder: at('02-17 14:00'),
    },
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'hours with a time of day',
    settings: { timing: { offset: 50, unit: 'hours' } },
    cells: all(refused('timing.timeOfDay')),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'a negative offset',
    settings: { timing: { offset: -1 } },
    cells: all(refused('timing.offset')),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'three years',
    settings: { timing: { offset: 1095 } },
    cells: all(refused('timing.offset')),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'weeks',
    settings: { timing: { unit: 'weeks' } },
    cells: all(refused('timing.unit')),
  },
  {
    feature: 'A1 X1',
    setting: 'from the start',
    settings: { timing: { anchor: 'start' } },
    cells: all(refused('timing.anchor'), { appointment: at(), extraReminder: at() }),
  },
  {
    feature: 'X1',
    setting: 'from the booking',
    settings: { timing: { anchor: 'created', direction: 'after', offset: 2 } },
    cells: all(refused('timing.anchor'), { extraReminder: at() }),
  },
  {
    feature: 'X1',
    setting: 'from the last update, of which there is none',
    settings: { timing: { anchor: 'updated', direction: 'after', offset: 2 } },
    cells: all(refused('timing.anchor'), { extraReminder: not('skipped noAnchor') }),
  },
  {
    feature: 'X1',
    setting: 'before the booking',
    settings: { timing: { anchor: 'created', direction: 'before' } },
    cells: all(refused('timing.anchor', 'timing.direction'), { extraReminder: refused('timing.direction') }),
  },
  {
    feature: 'R1',
    setting: 'from the due date',
    settings: { timing: { anchor: 'dueDate' } },
    cells: all(refused('timing.anchor'), { recall: at() }),
  },
  {
    feature: 'P1',
    setting: 'from the procedure',
    settings: { timing: { anchor: 'procedureDate' } },
    cells: all(refused('timing.anchor'), { procedure: at() }),
  },
  {
    feature: 'D1',
    setting: 'from the diagnosis',
    settings: { timing: { anchor: 'diagnosisDate' } },
    cells: all(refused('timing.anchor'), { diagnosis: at() }),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'limits to lateness and repeats',
    settings: { timing: { maxLatenessMinutes: 60, acceptLateDays: 3, repeatAfterDays: 30, ifMoved: 'once' } },
    cells: all(at()),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'limits out of bounds',
    settings: { timing: { maxLatenessMinutes: -1, acceptLateDays: 400, repeatAfterDays: 0 } },
    cells: all(refused('timing.maxLatenessMinutes', 'timing.acceptLateDays', 'timing.repeatAfterDays')),
  },

  // Filters
  {
    feature: 'A1 R1 X1',
    setting: 'facility',
    settings: filter('facilityIds', ['{main}']),
    cells: all(at(usual, onlyHere), noPlace('facilityIds')),
  },
  {
    feature: 'A1 R1 X1',
    setting: 'another facility',
    settings: filter('facilityIds', ['{hill}']),
    cells: all(not('notMatching filterFacility', { other: [usual] }), noPlace('facilityIds')),
  },
  {
    feature: 'A1 R1 X1',
    setting: 'provider',
    settings: filter('providerIds', ['{strange}']),
    cells: all(at(usual, { other: ['notMatching filterProvider'] }), noPlace('providerIds')),
  },
  {
    feature: 'A1 R1 X1',
    setting: 'appointment type',
    settings: (type) => filter('appointmentTypeIds', [type === 'recall' ? '{followUpLater}' : '{followUp}']),
    cells: all(at(usual, { other: ['notMatching filterAppointmentType'] }), noPlace('appointmentTypeIds')),
  },
  {
    feature: 'A1 R1 X1',
    setting: 'a facility that is none',
    settings: filter('facilityIds', ['{robin}']),
    cells: all(refused('filters.facilityIds.0'), {
      procedure: refused('filters.facilityIds', 'filters.facilityIds.0'),
      diagnosis: refused('filters.facilityIds', 'filters.facilityIds.0'),
    }),
  },
  {
    feature: 'A1 R1 P1 D1 X1',
    setting: 'a filter of nothing',
    settings: filter('facilityIds', []),
    cells: all(refused('filters.facilityIds')),
  },
  { feature: 'A1 X1', setting: 'status', settings: filter('statuses', ['booked']), cells: all(at(), visitsOnly) },
  {
    feature: 'A1 X1',
    setting: 'another status',
    settings: filter('statuses', ['arrived', 'cancelled']),
    cells: all(not('notMatching filterStatus'), visitsOnly),
  },
  {
    feature: 'A1 X1',
    setting: 'a status that is none',
    settings: filter('statuses', ['lost']),
    cells: all(refused('filters.statuses.0'), visitsOnly),
  },
  {
    feature: 'A1 X1',
    setting: 'confirmation',
    settings: filter('confirmation', ['confirmed']),
    cells: all(not('notMatching filterConfirmation'), {
      recall: noStatus('confirmation'),
      procedure: noStatus('confirmation'),
      diagnosis: noStatus('confirmation'),
    }),
  },
  ...codeRows('P1', 'procedure', 'diagnosis', [
    ['a CPT code', 'cpt', '45378', true],
    ['CPT codes that begin alike', 'cpt', '453*', true],
    ['a range of CPT codes', 'cpt', '45300-45399', true],
    ['another CPT code', 'cpt', '99213', false],
  ]),
  ...codeRows('D1', 'diagnosis', 'procedure', [
    ['an ICD-10 code', 'icd10', 'e1165', true],
    ['ICD-10 codes that begin alike', 'icd10', 'E11.*', true],
    ['a range of ICD-10 codes', 'icd10', 'E08-E13', true],
    ['an ICD-9 code', 'icd9', '250.00', false],
    ['ICD-9 codes that begin alike', 'icd9', '250.*', false],
  ]),
  {
    feature: 'P1 D1',
    setting: 'a code of no such shape',
    settings: (type) => filter('codes', [{ system: type === 'procedure' ? 'cpt' : 'icd10', code: 'diabetes' }]),
    cells: all(noCodes, { procedure: refused('filters.codes.0.code'), diagnosis: refused('filters.codes.0.code') }),
  },
  {
    feature: 'P1 D1',
    setting: 'a system that is none',
    settings: filter('codes', [{ system: 'snomed', code: '73211009' }]),
    cells: all(refused('filters.codes.0.system')),
  },

  // Delivery rules
  {
    feature: 'C6',
    setting: 'quiet hours',
    settings: on(11, '07:00'),
    cells: all(at('02-11 09:00')),
  },
  {
    feature: 'C6',
    setting: 'quiet hours skipped; outreach, which recalls are, is never sent before 8',
    settings: (type) => ({ ...on(11, '07:00')(type), skippedRules: ['quietHours'] }),
    cells: all(at('02-11 07:00'), { recall: at('02-11 08:00') }),
  },
  { feature: 'C6', setting: 'a Sunday before a holiday', settings: on(15, '10:00'), cells: all(at('02-17 09:00')) },
  {
    feature: 'C6',
    setting: 'Sundays skipped',
    settings: (type) => ({ ...on(15, '10:00')(type), skippedRules: ['sundays'] }),
    cells: all(at('02-15 10:00')),
  },
  { feature: 'C6', setting: 'a holiday', settings: on(16, '10:00'), cells: all(at('02-17 09:00')) },
  {
    feature: 'C6',
    setting: 'holidays skipped',
    settings: (type) => ({ ...on(16, '10:00')(type), skippedRules: ['holidays'] }),
    cells: all(at('02-16 10:00')),
  },
  { feature: 'C6', setting: 'within an hour of the edit', settings: on(9, '10:30'), cells: all(at('02-09 11:00')) },
  {
    feature: 'C6',
    setting: 'the hour after an edit skipped',
    settings: (type) => ({ ...on(9, '10:30')(type), skippedRules: ['recentEdit'] }),
    cells: all(at('02-09 10:30')),
  },
  {
    feature: 'C6',
    setting: 'a rule that is none',
    settings: { skippedRules: ['mondays'] },
    cells: all(refused('skippedRules.0')),
  },

  // Category and same day
  {
    feature: 'R1',
    setting: 'outreach',
    settings: (type) => ({ ...on(11, '07:00')(type), category: 'outreach', skippedRules: ['quietHours'] }),
    cells: all(at('02-11 08:00')),
  },
  {
    feature: 'R1',
    setting: 'care',
    settings: (type) => ({ ...on(11, '07:00')(type), category: 'care', skippedRules: ['quietHours'] }),
    cells: all(at('02-11 07:00')),
  },
  {
    feature: 'A1 X1',
    setting: 'each visit of a day',
    settings: { sameDay: 'each' },
    cells: all(at(), { appointment: at(usual, { later: [usual] }), extraReminder: at(usual, { later: [usual] }) }),
  },
  {
    feature: 'A1 X1',
    setting: 'the first of a day',
    settings: { sameDay: 'first' },
    cells: all(at(), {
      appointment: at(usual, { later: ['skipped mergedInto'] }),
      extraReminder: at(usual, { later: ['skipped mergedInto'] }),
    }),
  },
  {
    feature: 'A1 X1',
    setting: 'a list of the day',
    settings: { sameDay: 'list' },
    cells: all(refused('sameDay'), {
      appointment: at(usual, { later: ['skipped mergedInto'] }),
      extraReminder: at(usual, { later: ['skipped mergedInto'] }),
    }),
  },
]
