import { describe, expect, it } from '@jest/globals'
import { fulfilsRecall } from '../../domain/recall.ts'
import { at, newYork } from './build.ts'

const recall = { dueDate: '2026-06-01', appointmentTypeId: 'cleaning' }
const visit = {
  start: at('2026-05-20T10:00-04:00'),
  status: 'booked' as const,
  appointmentTypeId: 'cleaning',
  deleted: false,
}

describe('Who matches: an appointment fulfils a recall', () => {
  it.each<[string, Parameters<typeof fulfilsRecall>[0], Partial<Parameters<typeof fulfilsRecall>[1]>, boolean]>([
    ['booked, of its type', recall, {}, true],
    ['booked long before it is due', { ...recall, dueDate: '2027-06-01' }, {}, true],
    ['arrived', recall, { status: 'arrived' }, true],
    [
      'booked, and its time has passed: kept, as far as is known',
      recall,
      { start: at('2026-04-01T10:00-04:00') },
      true,
    ],
    ['booked long ago, and never said to be kept', recall, { start: at('2025-04-01T10:00-04:00') }, false],
    ['kept, and no day on which it was due', { ...recall, dueDate: null }, { status: 'fulfilled' }, false],
    ['of another type', recall, { appointmentTypeId: 'surgery' }, false],
    ['without a type', recall, { appointmentTypeId: null }, false],
    ['a recall without a type', { ...recall, appointmentTypeId: null }, { appointmentTypeId: null }, false],
    ['cancelled: it is open again', recall, { status: 'cancelled' }, false],
    ['not kept', recall, { status: 'noShow' }, false],
    ['only proposed', recall, { status: 'proposed' }, false],
    ['deleted', recall, { deleted: true }, false],
    ['kept on the 90th day before', recall, { status: 'fulfilled', start: at('2026-03-03T00:00-05:00') }, true],
    ['kept on the 91st day before', recall, { status: 'fulfilled', start: at('2026-03-02T23:59-05:00') }, false],
    ['kept after it was due', recall, { status: 'fulfilled', start: at('2026-07-01T10:00-04:00') }, true],
  ])('%s', (_, given, more, expected) => {
    expect(fulfilsRecall(given, { ...visit, ...more }, newYork, at('2026-05-01T10:00-04:00'))).toBe(expected)
  })
})
