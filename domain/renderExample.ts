import type { ActionType } from './action.ts'
import type { AppointmentContext, RenderContext } from './renderContext.ts'

/** The zone that the examples are read in. */
export const exampleZone = 'America/New_York'

const appointment: AppointmentContext = {
  start: Date.UTC(2026, 2, 9, 13, 0),
  end: Date.UTC(2026, 2, 9, 13, 30),
  arrivalTime: Date.UTC(2026, 2, 9, 12, 45),
  duration: 30,
  type: 'Follow-up',
  instructions: 'Please bring your insurance card.',
  videoLink: 'https://example.org/v/abc',
  previousStart: Date.UTC(2026, 2, 6, 19, 0),
  confirmLink: 'https://example.org/c/abc',
}
const second: AppointmentContext = {
  ...appointment,
  start: Date.UTC(2026, 2, 9, 15, 0),
  end: Date.UTC(2026, 2, 9, 15, 20),
  duration: 20,
  type: 'Lab work',
}

const common: RenderContext = {
  patient: {
    firstName: 'Maria',
    lastName: 'Lopez',
    preferredName: 'Mia',
    mrn: 'M-1001',
    birthDate: '1980-02-03',
    phone: '+15555550101',
  },
  recipient: { firstName: 'Maria' },
  practice: { name: 'Riverside Health', phone: '+15555550100' },
  facility: {
    name: 'Riverside Clinic',
    address: '12 Main St, Springfield',
    phone: '+15555550102',
    directions: 'Park in lot B and take the second door.',
  },
  provider: { name: 'Dr. Ada Strange' },
  links: { preferences: 'https://example.org/p/abc' },
}

const byType: Record<ActionType, Partial<RenderContext>> = {
  appointment: { appointment, appointments: [appointment, second] },
  extraReminder: { appointment, appointments: [appointment, second] },
  recall: {
    recall: {
      dueDate: '2026-03-09',
      type: 'Annual check-up',
      daysOverdue: 7,
      bookingLink: 'https://example.org/b/abc',
    },
  },
  procedure: { procedure: { date: '2026-03-09', name: 'Colonoscopy', code: '45378' } },
  diagnosis: { diagnosis: { date: '2026-03-09', name: 'Type 2 diabetes', code: 'E11.9' } },
}

/**
 * A made-up care event of the type in which every squiggly has its catalogue example as the value; for staff, the
 * recipient is not the patient.
 */
export function exampleContext(type: ActionType, recipientKind: 'patient' | 'staff' = 'patient'): RenderContext {
  const recipient = recipientKind === 'staff' ? { firstName: 'Robin' } : common.recipient
  return { ...common, recipient, ...byType[type] }
}
