import type { RecordReference } from '../normalForm.ts'
import { titledName } from './name.ts'
import type { Segment } from './segment.ts'

interface Identifier {
  value: string
  type: string | null
  authority: string | null
}

function identifiersIn(segment: Segment, field: number): Identifier[] {
  return segment.repetitions(field).flatMap((repetition) => {
    const value = segment.text(field, 1, repetition)
    if (value === null) return []
    const authority = segment.text(field, 4, repetition) ?? segment.text(field, 4, repetition, 2)
    return [{ value, type: segment.text(field, 5, repetition)?.toUpperCase() ?? null, authority }]
  })
}

/** Types that are the sender's own number of a patient, the most usual first. */
const ownTypes = ['MR', 'PI', 'PT', 'EPI', 'PE', 'U']
/** Numbers that others gave, or that are of a visit or a bill: nobody is told apart by them. */
const foreignTypes = new Set(['SS', 'DL', 'PPN', 'AN', 'VN', 'MA', 'MC', 'MB', 'NI', 'MI', 'XX', 'PN', 'SB', 'FI'])

/**
 * CX: who is meant, by the sender's own number, never by a social security or insurance one. The assigning authority is
 * part of it: two clinics may give the same number to two people.
 */
export function patientReference(segment: Segment, field: number): RecordReference | null {
  const all = identifiersIn(segment, field)
  const own = ownTypes.map((type) => all.find((each) => each.type === type)).find((each) => each !== undefined)
  const chosen = own ?? all.find(({ type }) => type === null) ?? all.find(({ type }) => !foreignTypes.has(type ?? ''))
  if (!chosen) return null
  const { value, authority } = chosen
  return { externalId: authority === null ? value : `${authority}|${value}`, identifier: value, display: null }
}

/** The medical record number, as the practice writes it. */
export function recordNumber(segment: Segment, field: number): string | null {
  const all = identifiersIn(segment, field)
  return (all.find(({ type }) => type === 'MR') ?? all.find(({ type }) => type === null))?.value ?? null
}

/** XCN: a provider by id, else by name. */
export function providerReference(segment: Segment, field: number, repetition = 1): RecordReference | null {
  const id = segment.text(field, 1, repetition)
  const display = titledName(segment, field, repetition)
  if (id === null && display === null) return null
  return { externalId: id ?? (display as string), identifier: null, display }
}

/** PL: a facility by PL.4 (or PL.1, as the source's settings have it), called by the location's description. */
export function facilityReference(
  segment: Segment,
  field: number,
  from: 'facility' | 'pointOfCare',
): RecordReference | null {
  const [facility, pointOfCare] = [segment.text(field, 4), segment.text(field, 1)]
  const id = from === 'facility' ? (facility ?? pointOfCare) : (pointOfCare ?? facility)
  if (id === null) return null
  const described = from === 'facility' && facility !== null ? null : segment.text(field, 9)
  return { externalId: id, identifier: null, display: described ?? id }
}
