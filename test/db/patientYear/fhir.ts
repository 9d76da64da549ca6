import type { Instant } from '../../../domain/instant.ts'

type Json = Record<string, unknown>
const deletion = (url: string, lastModified: string) => ({
  resourceType: 'Bundle',
  type: 'history',
  entry: [{ request: { method: 'DELETE', url }, response: { lastModified } }],
})

/**
 * A year of one patient, who was registered twice, as an EHR posts it, in the right order. `n` makes the ids its own;
 * visits lie around `now` (epoch ms).
 */
export function fhirYear(n: number, now: Instant): Json[] {
  let second = 0
  const id = (name: string) => `${name}-${n}`
  const next = () => new Date(Date.UTC(2026, 1, 1, 0, 0, ++second)).toISOString()
  const versioned = (resource: Json): Json => ({ ...resource, meta: { lastUpdated: next() } })
  const at = (day: number) => new Date(now + day * 86_400_000).toISOString()
  const who = (...references: string[]) => references.map((reference) => ({ actor: { reference }, status: 'accepted' }))
  const patient = (name: string, more: Json) =>
    versioned({ resourceType: 'Patient', id: id(name), birthDate: '1980-02-03', ...more })
  const visit = (name: string, status: string, day: number, more: Json = {}) =>
    versioned({
      resourceType: 'Appointment',
      id: id(name),
      status,
      ...(status === 'proposed' ? { requestedPeriod: [{ start: at(day).slice(0, 10) }] } : { start: at(day) }),
      appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
      participant: who(`Patient/${id('p')}`, 'Practitioner/strange', `Location/${id('l')}`),
      ...more,
    })
  const about = (name: string) => ({ subject: { reference: `Patient/${id(name)}` } })
  const recall = (name: string, day: string, more: Json = {}) =>
    versioned({
      resourceType: 'ServiceRequest',
      id: id(name),
      status: 'active',
      intent: 'plan',
      code: { coding: [{ code: 'FOLLOWUP' }] },
      occurrenceDateTime: day,
      ...about('p'),
      ...more,
    })
  const phone = (value: string) => ({ telecom: [{ system: 'phone', use: 'mobile', value }] })
  const during = { encounter: { reference: `Encounter/${id('e')}` } }
  const condition = (more: Json) =>
    versioned({
      resourceType: 'Condition',
      id: id('c'),
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
      ...about('q'),
      ...during,
      ...more,
    })
  const procedure = (name: string, more: Json) =>
    versioned({
      resourceType: 'Procedure',
      id: id(name),
      status: 'completed',
      code: { coding: [{ system: 'CPT', code: '45378' }] },
      ...about('q'),
      ...more,
    })
  return [
    patient('p', { name: [{ family: 'Quill', given: ['Zephyrine'] }], ...phone('+15555550111') }),
    patient('q', { name: [{ family: 'Quil', given: ['Zephyr'] }], ...phone('+15555550112') }),
    versioned({ resourceType: 'Location', id: id('l'), name: 'Riverside', address: { state: 'NY' } }),
    visit('moved', 'booked', 10),
    visit('moved', 'booked', 12),
    visit('moved', 'booked', 20, { participant: who(`Patient/${id('q')}`, `Location/${id('l')}`) }),
    visit('cancelled', 'booked', 14),
    visit('cancelled', 'cancelled', 14, { start: undefined }),
    visit('missed', 'booked', -3),
    visit('missed', 'noshow', -3),
    visit('deleted', 'booked', 15),
    deletion(`Appointment/${id('deleted')}`, next()),
    visit('proposed', 'proposed', 60),
    visit('proposed', 'booked', 50, { appointmentType: { coding: [{ code: 'SURGERY' }] } }),
    recall('open', '2026-08-01', { code: { coding: [{ code: 'CLEANING' }] } }),
    recall('open', '2026-09-01', { code: { coding: [{ code: 'CLEANING' }] } }),
    recall('done', '2026-04-01', { status: 'draft' }),
    recall('done', '2026-04-01'),
    condition({ onsetDateTime: '2020-01-01' }),
    condition({ onsetDateTime: '2021-01-01' }),
    versioned({
      resourceType: 'Encounter',
      id: id('e'),
      period: { start: '2026-03-01' },
      location: [{ location: { reference: `Location/${id('l')}` } }],
      participant: [{ individual: { reference: 'Practitioner/strange' } }],
      diagnosis: [{ condition: { reference: `Procedure/${id('done')}` } }],
    }),
    procedure('done', {}),
    procedure('voided', { performedDateTime: '2026-03-02' }),
    procedure('voided', { performedDateTime: '2026-03-02', status: 'entered-in-error' }),
    patient('p', {
      name: [{ family: 'Quill', given: ['Zephyrine'] }],
      ...phone('+15555550113'),
      link: [{ type: 'replaces', other: { reference: `Patient/${id('q')}` } }],
    }),
    patient('q', {
      active: false,
      ...phone('+15555550114'),
      link: [{ type: 'replaced-by', other: { reference: `Patient/${id('p')}` } }],
    }),
  ]
}
