import { describe, expect, it } from '@jest/globals'
import { actionDefinitionSchema, actionTypes, typeTraits } from '../../domain/action.ts'
import { type DefinitionSurroundings, definitionProblems, withDefaults } from '../../domain/checkDefinition.ts'
import { type DefinitionChanges, definition, uuid } from './build.ts'

const paths = (given: DefinitionChanges, more: Partial<DefinitionSurroundings> = {}) =>
  definitionProblems(definition(given), { isAdmin: true, ...more }).map((problem) => problem.path)
const message = { subject: null, body: 'Hello', channels: {}, translations: {}, containsPhi: true }
const toStaff = { kind: 'staff' as const, staffIds: [], roles: [], careEventProviders: true }
const staffNamed = (...staffIds: string[]) => ({ ...toStaff, staffIds, roles: [], careEventProviders: false })

describe('what does not belong to its type is refused with its path', () => {
  it.each(actionTypes.map((type) => [type]))('a plain %s action has no problem', (type) => {
    expect(paths({ type })).toEqual([])
  })

  it.each<[string, DefinitionChanges, string[]]>([
    ['an anchor of another type', { type: 'appointment', timing: { anchor: 'dueDate' } }, ['timing.anchor']],
    [
      'created is for extra reminders',
      { type: 'appointment', timing: { anchor: 'created', direction: 'after' } },
      ['timing.anchor'],
    ],
    [
      'nothing goes out before a procedure',
      { type: 'procedure', timing: { direction: 'before' } },
      ['timing.direction'],
    ],
    [
      'nor before a booking',
      { type: 'extraReminder', timing: { anchor: 'created', direction: 'before' } },
      ['timing.direction'],
    ],
    [
      'nor before a change',
      { type: 'extraReminder', timing: { anchor: 'updated', direction: 'before' } },
      ['timing.direction'],
    ],
    ['0 before the appointment is too late', { timing: { offset: 0 } }, ['timing.offset']],
    ['0 days before at a time of day is not', { timing: { offset: 0, timeOfDay: '08:00' } }, []],
    ['0 days before a due date is not', { type: 'recall', timing: { offset: 0 } }, []],
    ['codes on an appointment', { filters: { codes: [{ system: 'cpt', code: '99213' }] } }, ['filters.codes']],
    ['a facility on a procedure', { type: 'procedure', filters: { facilityIds: [uuid(10)] } }, ['filters.facilityIds']],
    ['a status on a recall', { type: 'recall', filters: { statuses: ['open'] } }, ['filters.statuses']],
    ['a status that is none', { filters: { statuses: ['booked', 'lost'] } }, ['filters.statuses.1']],
    [
      'a system of another type',
      { type: 'procedure', filters: { codes: [{ system: 'icd10', code: 'E11.9' }] } },
      ['filters.codes.0.system'],
    ],
    [
      'a code that is none',
      { type: 'diagnosis', filters: { codes: [{ system: 'icd10', code: '?' }] } },
      ['filters.codes.0.code'],
    ],
    ['extra reminders to staff', { type: 'extraReminder', recipients: toStaff }, ['recipients.kind']],
    ['staff, but nobody named', { recipients: staffNamed() }, ['recipients']],
    ['an extra reminder without a template', { type: 'extraReminder', templateId: null }, ['templateId']],
    ['an extra reminder with a text', { type: 'extraReminder', message }, ['message']],
    ['an appointment with a template', { templateId: uuid(50) }, ['templateId']],
    ['an appointment without a text', { message: null }, ['message']],
    [
      'PHI in a message that is not secure',
      { message, channels: { override: null, secure: false } },
      ['channels.secure'],
    ],
    ['PHI in a secure message', { message, channels: { override: null, secure: null } }, []],
    ['a channel named twice', { channels: { override: ['sms', 'sms'], secure: null } }, ['channels.override']],
    [
      'all at once',
      { timing: { anchor: 'dueDate' }, filters: { codes: [{ system: 'cpt', code: '99213' }] }, message: null },
      ['timing.anchor', 'filters.codes', 'message'],
    ],
  ])('%s', (_, given, expected) => {
    expect(paths(given)).toEqual(expected)
  })

  it('says what would be right', () => {
    expect(definitionProblems(definition({ timing: { anchor: 'dueDate' } }))).toEqual([
      { path: 'timing.anchor', message: "'dueDate' is no anchor of appointment actions: use start" },
    ])
  })

  it('only an admin may say that a message about a procedure contains no PHI', () => {
    const plain = { type: 'procedure', message: { ...message, containsPhi: false } } as const
    expect(paths(plain, { isAdmin: false })).toEqual(['message.containsPhi'])
    const phiReason = 'It only says where to park'
    expect(paths({ ...plain, message: { ...plain.message, phiReason } }, { isAdmin: true })).toEqual([])
  })

  it.each([
    ['a procedure without PHI and without a reason', 'procedure', { containsPhi: false }],
    ['a diagnosis without PHI and without a reason', 'diagnosis', { containsPhi: false, phiReason: null }],
    ['a reason beside PHI', 'procedure', { containsPhi: true, phiReason: 'It only says where to park' }],
    ['a reason where none is asked for', 'appointment', { containsPhi: false, phiReason: 'It is a reminder' }],
  ] as const)('%s is refused at the reason', (_what, type, said) => {
    const timing = {
      anchor: ({ procedure: 'procedureDate', diagnosis: 'diagnosisDate', appointment: 'start' } as const)[type],
      direction: 'after' as const,
    }
    expect(paths({ type, timing, message: { ...message, ...said } }, { isAdmin: true })).toEqual(['message.phiReason'])
  })

  it('ids that are not known are refused with their place in the list', () => {
    const known = {
      facilityIds: new Set([uuid(10)]),
      providerIds: new Set<string>(),
      appointmentTypeIds: new Set<string>(),
      staffIds: new Set<string>(),
      groupIds: new Set<string>(),
      templateIds: new Set<string>(),
    }
    const given = {
      groupId: uuid(5),
      recipients: staffNamed(uuid(40)),
      filters: { facilityIds: [uuid(10), uuid(11)], providerIds: [uuid(20)], appointmentTypeIds: [uuid(70)] },
    }
    expect(paths(given, { known })).toEqual([
      'filters.facilityIds.1',
      'filters.providerIds.0',
      'filters.appointmentTypeIds.0',
      'recipients.staffIds.0',
      'groupId',
    ])
    expect(paths({ type: 'extraReminder' }, { known })).toEqual(['templateId'])
    expect(paths(given)).toEqual([])
  })
})

describe('the defaults of the types', () => {
  const bare = (type: string) => ({
    type,
    title: 'x',
    recipients: { kind: 'patient' },
    message: { body: 'x' },
    timing: { offset: 1 },
  })
  it.each(actionTypes.map((type) => [type]))('%s: category, days recorded late, PHI', (type) => {
    const { category, timing, message: filled } = withDefaults(bare(type)) as unknown as ReturnType<typeof definition>
    const traits = typeTraits[type]
    expect([category, timing.acceptLateDays, filled?.containsPhi]).toEqual([
      traits.defaultCategory,
      traits.acceptLateDays,
      traits.containsPhiByDefault,
    ])
  })

  it('keep what was said', () => {
    const said = { ...bare('recall'), category: 'care', timing: { acceptLateDays: 3 }, message: { containsPhi: true } }
    expect(withDefaults(said)).toEqual(said)
  })

  it.each([[null], ['text'], [[]], [{ type: 'letter' }], [{}]])(
    'leave what is no definition to the schema: %p',
    (input) => {
      expect(withDefaults(input)).toBe(input)
    },
  )
})

describe('what the schema refuses by itself', () => {
  const valid = { type: 'appointment', title: 'x', recipients: { kind: 'patient' }, message: { body: 'x' } }
  const timing = { offset: 2, unit: 'days', direction: 'before', anchor: 'start' }
  it.each<[string, object, (string | number)[]]>([
    ['an offset of -1', { offset: -1 }, ['timing', 'offset']],
    ['an offset of 10^9', { offset: 1e9 }, ['timing', 'offset']],
    ['731 days', { offset: 731 }, ['timing', 'offset']],
    ['half an hour', { offset: 0.5, unit: 'hours' }, ['timing', 'offset']],
    ['a time of day with hours', { unit: 'hours', timeOfDay: '10:00' }, ['timing', 'timeOfDay']],
    ['25:00', { timeOfDay: '25:00' }, ['timing', 'timeOfDay']],
    ['an unknown field', { colour: 'red' }, ['timing']],
  ])('%s', (_, change, path) => {
    const result = actionDefinitionSchema.safeParse({ ...valid, timing: { ...timing, ...change } })
    expect(result.error?.issues.map((issue) => issue.path)).toEqual([path])
  })
})
