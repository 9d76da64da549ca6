import { describe, expect, it } from '@jest/globals'
import { careEventsOf, complaints, pid, read } from './read.ts'

const sch = (more: Record<number, string> = {}) => segment('SCH', { 1: 'P1', 2: 'F1', 8: 'NEWPT^New patient', ...more })
const ais = (more: Record<number, string> = {}) =>
  segment('AIS', { 1: '1', 3: 'SVC^Service', 4: '202603091430', 7: '30', 8: 'MIN', ...more })
const ail = 'AIL|1|A|Room 2^^^East^^^^^East clinic'
const aip = 'AIP|1|A|77^Strange^Ada^^^Dr'

function segment(name: string, fields: Record<number, string>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  return [name, ...Array.from({ length: last }, (_, n) => fields[n + 1] ?? '')].join('|')
}
const book = (segments: readonly string[], trigger = 'S12') =>
  careEventsOf(read(`SIU^${trigger}`, [...segments.slice(0, 1), pid, ...segments.slice(1)]))

describe('an appointment of HL7 v2', () => {
  it('has its number, start, end, place, people and type', () => {
    expect(book([sch(), ais(), ail, aip])).toEqual({
      F1: expect.objectContaining({
        careEventKind: 'appointment',
        status: 'booked',
        patient: expect.objectContaining({ externalId: 'CLINIC|4711' }),
        start: { at: Date.UTC(2026, 2, 9, 18, 30) },
        end: Date.UTC(2026, 2, 9, 19),
        durationMinutes: 30,
        facility: { externalId: 'East', identifier: null, display: 'East' },
        providers: [{ externalId: '77', identifier: null, display: 'Dr. Ada Strange' }],
        appointmentType: { externalId: 'NEWPT', identifier: null, display: 'New patient' },
        created: { at: Date.UTC(2026, 2, 2, 15), byMessage: true },
      }),
    })
  })

  const triggers: [trigger: string, status25: string, expected: string][] = [
    ['S12', '', 'booked'],
    ['S13', 'Rescheduled', 'booked'],
    ['S14', 'Arrived', 'arrived'],
    ['S14', 'CHECKED-IN', 'checkedIn'],
    ['S14', 'Complete', 'fulfilled'],
    ['S14', 'Pending', 'pending'],
    ['S14', 'Waitlist', 'waitlist'],
    ['S14', 'no show', 'noShow'],
    ['S14', 'No Show - Late', 'noShow'],
    ['S14', 'Cancelled by Patient', 'cancelled'],
    ['S14', 'CANC', 'cancelled'],
    ['S12', 'CXL', 'cancelled'],
    ['S14', 'Deleted in error', 'enteredInError'],
    ['S14', 'Void', 'enteredInError'],
    ['S14', 'Scheduled by web', 'booked'],
    ['S15', 'Booked', 'cancelled'],
    ['S16', '', 'cancelled'],
    ['S26', 'Booked', 'noShow'],
  ]
  it.each(triggers)('SIU^%s with the status "%s" is %s', (trigger, status, expected) => {
    expect(book([sch({ 25: status }), ais()], trigger)['F1']).toMatchObject({ status: expected })
  })

  it('is a tombstone after S17', () => {
    const { entries } = read('SIU^S17', [sch(), pid])
    expect(entries.at(-1)?.record).toMatchObject({ kind: 'careEvent', deleted: true, externalId: 'F1' })
  })

  it('is created only by the message that books it', () => {
    expect(book([sch(), ais()], 'S13')['F1']).toMatchObject({ created: null })
  })

  const starts: [why: string, segments: string[], expected: string][] = [
    ['the service first', [sch({ 11: '^^^202603091000' }), 'TQ1|||||||202603091100', ais()], '2026-03-09T18:30'],
    ['then equipment', [sch(), 'AIG|1||X|||||202603091200', 'AIL|1||R^^^E|||202603091300'], '2026-03-09T16:00'],
    ['then the place', [sch(), 'AIL|1||R^^^E|||202603091300', 'AIP|1||7|||202603091330'], '2026-03-09T17:00'],
    ['then people', [sch(), 'AIP|1||7|||202603091330', 'TQ1|||||||202603091100'], '2026-03-09T17:30'],
    ['then the timing', [sch({ 11: '^^^202603091000' }), 'TQ1|||||||202603091100'], '2026-03-09T15:00'],
    ['then SCH-11.4', [sch({ 11: '^^30^202603091000^202603091030' })], '2026-03-09T14:00'],
    ['the wall time of the facility', [sch(), ais(), 'AIL|1||R^^^West'], '2026-03-09T21:30'],
    ['its own offset before that', [sch(), ais({ 4: '202603091430-0500' }), 'AIL|1||R^^^West'], '2026-03-09T19:30'],
  ]
  it.each(starts)('begins as is said by %s', (_, segments, expected) => {
    expect(book(segments)['F1']).toMatchObject({ start: { at: Date.parse(`${expected}:00Z`) } })
  })

  it('has no end before its start, and no length that is none', () => {
    expect(book([sch({ 11: '^^^202603091000^202603090900' })])['F1']).toMatchObject({ end: null })
    expect(book([sch(), ais({ 7: 'long' })])['F1']).toMatchObject({ end: null, durationMinutes: null })
  })

  it('loses the people who were taken off, and falls back to the attending doctor', () => {
    const off = 'AIP|1|D|78^Gone^Ned'
    expect(book([sch(), ais(), off, aip])['F1']?.providers).toMatchObject([{ externalId: '77' }])
    expect(book([sch(), 'PV1|1|O|||||9^House^Gil', ais(), off])['F1']?.providers).toMatchObject([{ externalId: '9' }])
  })

  it('takes no word about how it was asked for as its type', () => {
    expect(book([sch({ 7: 'ROUTINE', 8: 'Normal' }), ais()])['F1']?.appointmentType).toMatchObject({
      externalId: 'SVC',
    })
  })

  it('takes the point of care for the facility where the source says so', () => {
    const message = read('SIU^S12', [sch(), pid, ais(), ail], { facilityFrom: 'pointOfCare' })
    expect(careEventsOf(message)['F1']?.facility).toEqual({
      externalId: 'Room 2',
      identifier: null,
      display: 'East clinic',
    })
  })

  const wrong: [why: string, segments: string[], expected: string][] = [
    ['no start', [sch(), pid], 'E SCH-11'],
    ['a day without a time', [sch(), pid, ais({ 4: '20260309' })], 'E SCH-11'],
    ['no number', [sch({ 1: '', 2: '' }), pid, ais()], 'E SCH-2'],
    ['a patient without a number', [sch(), 'PID|1||999-99-9999^^^^SS||Quill^Ada', ais()], 'E PID-3'],
    ['no patient', [sch(), ais()], 'E MSH-9'],
  ]
  it.each(wrong)('is refused with %s', (_, segments, expected) => {
    const message = read('SIU^S12', segments)
    expect(careEventsOf(message)).toEqual({})
    expect(complaints(message)).toContain(expected)
  })

  it('needs no start to be cancelled', () => {
    const message = read('SIU^S15', [sch(), pid])
    expect(careEventsOf(message)).toMatchObject({ F1: { status: 'cancelled', start: null } })
    expect(complaints(message)).toEqual([])
  })

  it('keeps its patient where it is itself refused, and the reverse', () => {
    expect(read('SIU^S12', [sch(), pid]).entries.map(({ record }) => record?.kind ?? null)).toEqual(['patient', null])
  })
})
