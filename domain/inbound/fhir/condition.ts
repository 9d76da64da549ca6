import type { CareEventStatus } from '../../careEvent.ts'
import { bareCareEvent, type CareEventContent } from '../normalForm.ts'
import { readAnchor, readPeriodAnchor } from './anchor.ts'
import { readCodes } from './coding.ts'
import type { ResourceContext } from './context.ts'
import type { Element } from './element.ts'
import { providersAmong, readEncounterReference, readReferences, readSubject } from './people.ts'
import { wordsOf } from './status.ts'

/** FHIR's clinical statuses, and SNOMED's words for them; by code in capitals. */
const clinical = new Map<string, CareEventStatus>([
  ['ACTIVE', 'active'],
  ['RECURRENCE', 'active'],
  ['RELAPSE', 'active'],
  ['INACTIVE', 'inactive'],
  ['REMISSION', 'inactive'],
  ['RESOLVED', 'resolved'],
  ['55561003', 'active'],
  ['73425007', 'inactive'],
  ['413322009', 'resolved'],
])

/** What a verification status makes of the clinical one. A suspicion is no diagnosis yet: nobody is told of it. */
const verification = new Map<string, CareEventStatus | 'asItIs'>([
  ['CONFIRMED', 'asItIs'],
  ['UNCONFIRMED', 'inactive'],
  ['PROVISIONAL', 'inactive'],
  ['DIFFERENTIAL', 'inactive'],
  ['REFUTED', 'refuted'],
  ['ENTERED-IN-ERROR', 'enteredInError'],
])

/** A Condition, or null when it can't be understood. It counts from when it was recorded (Due time: diagnosis). */
export function readCondition(context: ResourceContext): CareEventContent | null {
  const { resource } = context
  const status = readStatusOf(resource)
  const patient = readSubject(context)
  const by = readReferences([resource.at('asserter'), resource.at('recorder')], context)
  const codes = readCodes(resource.at('code'), ['icd10', 'icd9'])
  if (!status || !patient) return null
  return {
    ...bareCareEvent('diagnosis', status, patient),
    providers: providersAmong(by).slice(0, 1),
    encounter: readEncounterReference(context),
    diagnosisDate: readAnchor(resource, 'recordedDate'),
    onset: readAnchor(resource, 'onsetDateTime') ?? readPeriodAnchor(resource, 'onsetPeriod'),
    codes,
  }
}

function readStatusOf(resource: Element): CareEventStatus | null {
  const verified = readWord(resource.at('verificationStatus'), verification)
  const stands = readWord(resource.at('clinicalStatus'), clinical)
  if (verified === null || stands === null) return null
  if (verified !== undefined && verified !== 'asItIs') return verified
  if (stands !== undefined) return stands
  return hasAbated(resource) ? 'resolved' : 'active'
}

/** Whether an end is named, however. */
function hasAbated(resource: Element): boolean {
  const ends = ['DateTime', 'Age', 'Period', 'Range', 'String'].map((type) => resource.at(`abatement${type}`))
  return ends.some((end) => end.exists) || resource.flag('abatementBoolean') === true
}

/** Undefined where nothing is said, null (an error) where what is said is not known. */
function readWord<Word>(concept: Element, words: ReadonlyMap<string, Word>): Word | undefined | null {
  const said = wordsOf(concept)
  if (said.length === 0) return undefined
  for (const code of said) {
    const word = words.get(code)
    if (word !== undefined) return word
  }
  const known = [...words.keys()].filter((word) => /^[A-Z]/.test(word)).map((word) => word.toLowerCase())
  return concept.error('unknownCode', `has no code that is known: it has to be one of ${known.join(', ')}`)
}
