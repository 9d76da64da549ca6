import type { Instant, Zone } from '../../domain/instant.ts'
import type { TrailEntry } from '../../domain/verdict.ts'
import { writtenOut } from './time.ts'
import { codeSystemWords, confirmationWords, statusWord, typeWords } from './types.ts'

const checkWords: Record<string, string> = {
  kind: 'Kind of care event',
  action: 'Action',
  organization: 'Practice',
  actionType: 'Type of action',
  careEvent: 'Care event',
  appointmentType: 'Appointment type',
  facilityEnabled: 'Facility on',
  providerEnabled: 'Provider on',
  appointmentTypeEnabled: 'Type on',
  facilityZone: 'Facility’s zone',
  recipientZone: 'Recipient’s zone',
  moved: 'Moved appointment',
  recorded: 'Recorded in time',
  finalTime: 'Final time',
  suppression: 'Cancelled by hand',
  quietHours: 'Quiet hours',
  sundays: 'Sundays',
  holidays: 'Holidays',
  recentEdit: 'Recent edit',
}

const results: Record<TrailEntry['result'], { icon: string; word: string }> = {
  passed: { icon: 'check', word: 'held' },
  failed: { icon: 'cross', word: 'did not hold' },
  moved: { icon: 'arrow', word: 'moved the time' },
  skipped: { icon: 'skipped', word: 'skipped' },
  noted: { icon: 'dot', word: 'noted' },
}

/** One row of "why", ready to be shown. */
export interface TrailRow {
  check: string
  wanted: string | null
  saw: string
  result: TrailEntry['result']
  resultWord: string
  icon: string
  at: string | null
}

/** What a trail's rows are, whoever read them: instants as numbers, or as the contract writes them. */
type Entry = Omit<TrailEntry, 'at' | 'wanted'> & { at?: Instant | string | undefined; wanted?: string | undefined }

/** The trail as rows, with its times written out in `zone`. */
export function trailRows(trail: readonly Entry[], zone: Zone, now: Instant): TrailRow[] {
  return trail.map(({ check, wanted, saw, result, at }) => ({
    check: checkWords[check] ?? spaced(check),
    wanted: wanted === undefined ? null : curly(worded(check, wanted)),
    saw: curly(worded(check, saw)),
    result,
    resultWord: results[result].word,
    icon: results[result].icon,
    at: at === undefined ? null : unlessSaid(writtenOut(typeof at === 'number' ? at : Date.parse(at), zone, now), saw),
  }))
}

/** The time, unless the row's own words are that time already. */
const unlessSaid = (time: string, saw: string) => (saw.startsWith(time) ? null : time)

/** The apostrophe that the pages write. */
const curly = (text: string) => text.replaceAll("'", '’')

/** Statuses, types and code systems are stored as codes; the reader gets their words. */
function worded(check: string, text: string): string {
  const words: Readonly<Record<string, string>> = confirmationWords
  if (check === 'status') return lower(text.split(', ').map(statusWord).join(', '))
  if (check === 'confirmation')
    return lower(
      text
        .split(', ')
        .map((part) => words[part] ?? part)
        .join(', '),
    )
  if (check === 'channel' || check === 'channels')
    return text.replaceAll(/\b(sms|voice|email)\b/g, (name) => channelNames[name] ?? name)
  if (check === 'actionType') return text.replace(/^\w+(?= on$)/, (type) => lower(types[type] ?? type))
  if (check === 'code') return text.replaceAll(/\b(cpt|icd9|icd10)(?= )/g, (system) => systems[system] ?? system)
  return text
}

const types: Readonly<Record<string, string>> = typeWords
const systems: Readonly<Record<string, string>> = codeSystemWords
const channelNames: Readonly<Record<string, string>> = { sms: 'SMS', voice: 'call', email: 'e-mail' }
const lower = (text: string) => text.toLowerCase()

function spaced(check: string): string {
  const words = check.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
