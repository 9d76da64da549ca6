import { requestIntents } from '../../domain/inbound/sourceSettings.ts'
import type { Section } from './fields.ts'

const categories = 'Each as system|code, or the bare code, one on a line. Empty: whatever the category.'
const example = 'http://snomed.info/sct|3457005'

/** FHIR has no resource for a recall: which ones this source means by it. */
export const recallSections: readonly Section[] = [
  {
    id: 'service-requests',
    title: 'Recalls from ServiceRequests',
    help: 'FHIR has no resource for a recall. A ServiceRequest that plans or proposes a visit is the most usual one.',
    switch: { path: 'recalls.serviceRequest.enabled', label: 'ServiceRequests are recalls', off: false },
    fields: [
      {
        path: 'recalls.serviceRequest.intents',
        control: 'ticks',
        label: 'With one of these intents',
        help: 'Orders are usually somebody’s work to do, and not an appointment for the patient to make.',
        options: requestIntents.map((value) => ({ value, label: value })),
      },
      {
        path: 'recalls.serviceRequest.categories',
        control: 'lines',
        emptyIsNull: true,
        label: 'And one of these categories',
        help: categories,
        placeholder: example,
      },
    ],
  },
  {
    id: 'communication-requests',
    title: 'Recalls from CommunicationRequests',
    help: 'A wish that the patient be reminded; what for stands in its reason.',
    switch: { path: 'recalls.communicationRequest.enabled', label: 'CommunicationRequests are recalls', off: false },
    fields: [
      {
        path: 'recalls.communicationRequest.categories',
        control: 'lines',
        emptyIsNull: true,
        label: 'With one of these categories',
        help: categories,
        placeholder: example,
      },
    ],
  },
  {
    id: 'proposed-appointments',
    title: 'Recalls from proposed Appointments',
    help: 'An Appointment that is proposed, has no start, and says from when on it is wanted. Without this it is left out.',
    fields: [
      {
        path: 'recalls.proposedAppointment.enabled',
        control: 'tick',
        label: 'Proposed Appointments without a start are recalls',
      },
    ],
  },
]
