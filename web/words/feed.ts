import type { FeedOutcome, RecordFeedOutcome } from '../../domain/inbound/feed.ts'
import type { StatusMark } from './status.ts'

export const feedMarks: Record<FeedOutcome, StatusMark> = {
  applied: { word: 'Applied', icon: 'delivered', tone: 'good', meaning: 'It changed what is known.' },
  unchanged: { word: 'Nothing new', icon: 'check', tone: 'calm', meaning: 'All of it was known already.' },
  partly: { word: 'Partly applied', icon: 'unknown', tone: 'warn', meaning: 'Some of its records were refused.' },
  quarantined: { word: 'In quarantine', icon: 'failed', tone: 'bad', meaning: 'Nothing of it was taken; it says why.' },
  received: {
    word: 'Failed here',
    icon: 'failed',
    tone: 'bad',
    meaning: 'It could not be stored, through no fault of the sender: it waits for a fix, then take it again.',
  },
}

const recordMarks: Record<RecordFeedOutcome, StatusMark> = {
  created: { word: 'New', icon: 'plus', tone: 'good', meaning: 'It was not known before.' },
  updated: { word: 'Changed', icon: 'delivered', tone: 'good', meaning: 'It changed what was known.' },
  unchanged: { word: 'Nothing new', icon: 'check', tone: 'calm', meaning: 'It was known just like that.' },
  older: {
    word: 'Older',
    icon: 'skipped',
    tone: 'calm',
    meaning: 'Something newer is known: an older version never wins.',
  },
  ignored: {
    word: 'Left out',
    icon: 'skipped',
    tone: 'calm',
    meaning: 'By the settings of its source it is nothing that is kept here.',
  },
  refused: { word: 'Refused', icon: 'failed', tone: 'bad', meaning: 'It was not taken; it says why.' },
}

export function recordMark(outcome: RecordFeedOutcome): StatusMark {
  return recordMarks[outcome]
}

const subjects: Readonly<Record<string, [one: string, many: string]>> = {
  appointment: ['appointment', 'appointments'],
  recall: ['recall', 'recalls'],
  procedure: ['procedure', 'procedures'],
  diagnosis: ['diagnosis', 'diagnoses'],
  patient: ['patient', 'patients'],
  patientContact: ['patient’s contact', 'patients’ contacts'],
  encounter: ['encounter', 'encounters'],
  facility: ['facility', 'facilities'],
  provider: ['provider', 'providers'],
  appointmentType: ['appointment type', 'appointment types'],
}

/** "2 appointments": what is here of that kind; what was refused goes by its name on the wire. */
export function counted(kind: string | null, resource: string | null, count: number): string {
  const [single, many] = (kind === null ? undefined : subjects[kind]) ?? [resource ?? 'record', resource ?? 'records']
  return `${count} ${count === 1 ? single : many}`
}

/** "Appointment" of a record; what was refused goes by its name on the wire. */
export function subjectWord(kind: string | null, resource: string | null): string {
  const word = (kind === null ? undefined : subjects[kind]?.[0]) ?? resource ?? 'Record'
  return word.charAt(0).toUpperCase() + word.slice(1)
}

const outcomeVerbs: Record<RecordFeedOutcome, string> = {
  created: 'new',
  updated: 'changed',
  unchanged: 'known already',
  older: 'older than what is known',
  ignored: 'left out by the settings',
  refused: 'refused',
}

/** "2 appointments new, 1 patient known already". */
export function becameSentence(
  became: readonly { kind: string | null; resource: string | null; outcome: RecordFeedOutcome; count: number }[],
): string {
  return became
    .map(({ kind, resource, outcome, count }) => `${counted(kind, resource, count)} ${outcomeVerbs[outcome]}`)
    .join(', ')
}
