import { describe, expect, it } from '@jest/globals'
import type { CareEventFacts, DecidedDelivery } from '../../domain/facts.ts'
import { currentKey, keyAfterMerge, occurrenceKey } from '../../domain/occurrence.ts'
import { appointment, at, definition, delivery, diagnosis, newYork, procedure, recall, uuid } from './build.ts'

const [careEventId, patientId] = [uuid(2), uuid(1)]
const reminder = (anchor: 'start' | 'created' | 'updated') =>
  definition({ type: 'extraReminder', timing: { anchor, direction: 'after' } })
const ofCodes = (...codes: string[]) =>
  definition({ type: 'diagnosis', filters: { codes: codes.map((code) => ({ system: 'icd10', code })) } })
const moved = appointment({ updatedAt: at('2026-03-01T12:00:00Z') })

describe('Occurrence key', () => {
  it.each<[string, CareEventFacts, ReturnType<typeof definition>, string | null]>([
    [
      'an appointment: care event and start',
      appointment(),
      definition(),
      `${careEventId}/start/2026-03-10T14:00:00.000Z`,
    ],
    ['an extra reminder, likewise', appointment(), reminder('start'), `${careEventId}/start/2026-03-10T14:00:00.000Z`],
    ['created: one constant', appointment(), reminder('created'), `${careEventId}/created`],
    ['updated: the change', moved, reminder('updated'), `${careEventId}/updated/2026-03-01T12:00:00.000Z`],
    ['a recall: care event and due date', recall(), definition({ type: 'recall' }), `${careEventId}/due/2026-03-10`],
    [
      'a due date with a time: its day at the facility',
      recall({ dueDate: { at: at('2026-03-11T01:00Z') } }),
      definition({ type: 'recall' }),
      `${careEventId}/due/2026-03-10`,
    ],
    [
      'a procedure: patient and date',
      procedure(),
      definition({ type: 'procedure' }),
      `${patientId}/procedure/2026-03-10`,
    ],
    [
      'another line of the same day is the same message',
      procedure({ id: uuid(99), codes: [{ system: 'cpt', code: '45380' }] }),
      definition({ type: 'procedure' }),
      `${patientId}/procedure/2026-03-10`,
    ],
    ["a diagnosis: patient and the action's codes", diagnosis(), ofCodes('E11.*'), `${patientId}/diagnosis/icd10:E11*`],
    [
      'their order does not matter',
      diagnosis(),
      ofCodes('I10', 'e11.*'),
      `${patientId}/diagnosis/icd10:E11*+icd10:I10`,
    ],
    ['any code', diagnosis(), definition({ type: 'diagnosis' }), `${patientId}/diagnosis/any`],
    ['no anchor', appointment({ start: null }), definition(), null],
  ])('%s', (_, careEvent, given, expected) => {
    expect(occurrenceKey(careEvent, given, newYork)).toBe(expected)
  })

  it('moving the appointment makes another one', () => {
    const later = appointment({ start: { at: at('2026-03-11T14:00Z') } })
    expect(occurrenceKey(later, definition(), newYork)).not.toBe(occurrenceKey(appointment(), definition(), newYork))
  })

  it("a merge rewrites the retired patient's keys and no others", () => {
    expect(keyAfterMerge(`${patientId}/procedure/2026-03-10`, patientId, uuid(8))).toBe(
      `${uuid(8)}/procedure/2026-03-10`,
    )
    expect(keyAfterMerge(`${careEventId}/created`, patientId, uuid(8))).toBe(`${careEventId}/created`)
  })
})

describe('Occurrence key: an appointment moved away and back', () => {
  const base = `${careEventId}/start/2026-03-10T14:00:00.000Z`
  const stated = (occurrenceKey: string, sentAt: string | null, more: Partial<DecidedDelivery> = {}) =>
    delivery({ occurrenceKey, sentAt: sentAt === null ? null : at(sentAt), ...more })
  const other = `${careEventId}/start/2026-03-12T14:00:00.000Z`
  it.each<[string, DecidedDelivery[], string]>([
    [
      'told the time in between since',
      [stated(base, '2026-03-01T12:00Z'), stated(other, '2026-03-02T12:00Z')],
      `${base}#2`,
    ],
    ['told this time last', [stated(other, '2026-03-01T12:00Z'), stated(base, '2026-03-02T12:00Z')], base],
    ['in doubt which was last, not repeated', [stated(other, null), stated(base, null)], base],
    [
      'the time in between reached nobody',
      [stated(base, '2026-03-01T12:00Z'), stated(other, '2026-03-02T12:00Z', { reachedProvider: false })],
      base,
    ],
  ])('%s', (_, deliveries, expected) => {
    expect(currentKey(base, definition(), careEventId, at('2026-03-08T14:00Z'), deliveries)).toBe(expected)
  })

  it('an action that sends only once is never repeated', () => {
    const once = definition({ timing: { ifMoved: 'once' } })
    const deliveries = [stated(base, '2026-03-01T12:00Z'), stated(other, '2026-03-02T12:00Z')]
    expect(currentKey(base, once, careEventId, at('2026-03-08T14:00Z'), deliveries)).toBe(base)
  })
})

describe('Occurrence key: a diagnosis again only after repeatAfterDays', () => {
  const base = `${patientId}/diagnosis/icd10:E11*`
  const told = (more: Partial<DecidedDelivery> = {}) =>
    delivery({ occurrenceKey: base, careEventId: uuid(90), sentAt: at('2026-03-11T14:00Z'), ...more })
  const skipped = { status: 'skipped', reachedProvider: false, final: true, sentAt: null } as const
  it.each<[string, DecidedDelivery[], string, string]>([
    ['never told', [], '2026-03-11T14:00Z', base],
    ['told: the same again is that one', [told()], '2026-03-11T14:00Z', base],
    ['recorded again within a year', [told()], '2027-03-11T13:59Z', base],
    ['recorded again after a year', [told()], '2027-03-11T14:00Z', `${base}#2`],
    [
      'which then is told',
      [told(), told({ occurrenceKey: `${base}#2`, sentAt: at('2027-03-12T14:00Z') })],
      '2027-04-01T14:00Z',
      `${base}#2`,
    ],
    [
      'and again a year later',
      [told(), told({ occurrenceKey: `${base}#2`, sentAt: at('2027-03-12T14:00Z') })],
      '2028-04-01T14:00Z',
      `${base}#3`,
    ],
    ['skipped for an older record of it: told to nobody', [told(skipped)], '2026-04-01T14:00Z', `${base}#2`],
    ['skipped for this very record', [told({ ...skipped, careEventId })], '2026-04-01T14:00Z', base],
    [
      'told of this very record when the action asked for other codes',
      [told({ occurrenceKey: `${patientId}/diagnosis/icd10:E1*`, careEventId })],
      '2026-03-11T14:00Z',
      `${patientId}/diagnosis/icd10:E1*`,
    ],
    [
      'being told of it, likewise',
      [told({ occurrenceKey: `${patientId}/diagnosis/any`, careEventId, status: 'sending', reachedProvider: false })],
      '2026-03-11T14:00Z',
      `${patientId}/diagnosis/any`,
    ],
    [
      'skipped then: the codes of now count',
      [told({ ...skipped, occurrenceKey: `${patientId}/diagnosis/any`, careEventId })],
      '2026-03-11T14:00Z',
      base,
    ],
    [
      'another record told with other codes: the codes of now count',
      [told({ occurrenceKey: `${patientId}/diagnosis/any` })],
      '2026-03-11T14:00Z',
      base,
    ],
  ])('%s', (_, deliveries, dueAt, expected) => {
    expect(currentKey(base, ofCodes('E11.*'), careEventId, at(dueAt), deliveries)).toBe(expected)
  })
})
