import type { Section } from './fields.ts'

const fieldNumber = (name: string, label: string, help?: string) => ({
  path: `hl7v2.recallSegment.${name}`,
  control: 'number' as const,
  label,
  ...(help === undefined ? {} : { help }),
})

/** What an HL7 v2 feed means where the standard leaves it open. */
export const hl7Sections: readonly Section[] = [
  {
    id: 'hl7-places',
    title: 'Facilities',
    fields: [
      {
        path: 'hl7v2.facilityFrom',
        control: 'choice',
        label: 'The facility of a visit stands in the location’s',
        options: [
          { value: 'facility', label: 'facility (PL.4), as in EXAM3^^^RIVERSIDE' },
          { value: 'pointOfCare', label: 'point of care (PL.1), where each clinic is one, as in RIVERSIDE^EXAM3' },
        ],
        help: 'Times without an offset are in the facility’s zone: that of its page in the settings, else the practice’s.',
      },
    ],
  },
  {
    id: 'hl7-referrals',
    title: 'Referrals',
    fields: [
      {
        path: 'hl7v2.referrals',
        control: 'tick',
        label: 'Referrals (REF I12 to I14) are recalls',
        help: 'Due when the referral takes effect (RF1-7), else when it was made (RF1-9).',
      },
    ],
  },
  {
    id: 'hl7-recalls',
    title: 'Recalls in a segment of the EHR’s own',
    help: 'HL7 v2 has no message for a recall. An EHR may send them in a segment that begins with Z, in any message about a patient. Say which field holds what; a field that it does not send stays empty.',
    switch: { path: 'hl7v2.recallSegment', label: 'This EHR sends recalls in a Z segment', off: null },
    fields: [
      { path: 'hl7v2.recallSegment.name', control: 'text', label: 'Segment', placeholder: 'ZRC' },
      fieldNumber('id', 'Field with the recall’s number', 'Needed: it tells a later version from a new recall.'),
      fieldNumber('dueDate', 'Field with the due date', 'Needed: what the timing counts from.'),
      fieldNumber('type', 'Field with the appointment type'),
      fieldNumber('provider', 'Field with the provider'),
      fieldNumber('facility', 'Field with the facility'),
      fieldNumber('status', 'Field with the status'),
      {
        path: 'hl7v2.recallSegment.closedWhen',
        control: 'commas',
        label: 'It is done or off when the status says',
        help: 'With commas between them; capitals and small letters are the same. Any other status means that it is open.',
        initial: ['C, CLOSED, COMPLETED, CANCELLED, D, DELETED, INACTIVE'],
      },
    ],
  },
]
