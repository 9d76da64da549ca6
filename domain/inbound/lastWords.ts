import type { Instant } from '../instant.ts'
import type { PatientContent } from './normalForm.ts'

/** What is said of a patient in one breath: each of these is replaced as a whole. */
export const patientParts = [
  'mrn',
  'name',
  'preferredName',
  'birth',
  'language',
  'zone',
  'address',
  'active',
  'deceased',
  'telecom',
  'contacts',
] as const
export type PatientPart = (typeof patientParts)[number]

/**
 * Who said what of a patient last: `full`, when (source's order, epoch ms) a record did that says all there is; `parts`,
 * what was said since by records that leave out what they do not know.
 */
export interface LastWords {
  full: Instant | null
  parts: Partial<Record<PatientPart, Instant>>
}

/** Who has said what, and the newest record of those that leave something out: the same again changes nothing. */
export interface KeptWords extends LastWords {
  hash: string | null
}

/** The parts of which a record says something: a full one of all, because what it leaves empty is gone. */
export function saidParts(content: PatientContent, partial: boolean): PatientPart[] {
  if (!partial) return [...patientParts]
  const { mrn, firstName, lastName, preferredName, birthDate, bornIn, language, zone, address } = content
  const said: Record<PatientPart, boolean> = {
    mrn: mrn !== null,
    name: firstName !== null || lastName !== null,
    preferredName: preferredName !== null,
    birth: birthDate !== null || bornIn !== null,
    language: language !== null,
    zone: zone !== null,
    address: address !== null,
    // Nothing says so but a record of the patient's own.
    active: false,
    deceased: content.deceased,
    telecom: content.contactPoints.length > 0,
    contacts: content.contacts.length > 0,
  }
  return patientParts.filter((part) => said[part])
}

/**
 * What of a record nothing newer has said yet, and who has said what with it: the end is the same in whatever order full
 * and partial records arrive (Inbound: order). As new counts as newer, but for a full record once more.
 */
export function heard(
  { said, partial, at }: { said: readonly PatientPart[]; partial: boolean; at: Instant },
  { full, parts }: LastWords,
): { taken: PatientPart[]; words: LastWords } {
  if (partial) {
    const taken = said.filter((part) => at >= (parts[part] ?? full ?? at))
    return { taken, words: { full, parts: { ...parts, ...Object.fromEntries(taken.map((part) => [part, at])) } } }
  }
  if (full !== null && at <= full) return { taken: [], words: { full, parts } }
  const later = Object.entries(parts).filter(([, saidAt]) => saidAt > at)
  const words = { full: at, parts: Object.fromEntries(later) }
  return { taken: said.filter((part) => !(part in words.parts)), words }
}
