import { type Birth, birthPeriod, isBirthAhead } from '../../age.ts'
import type { Instant, LocalDate } from '../../instant.ts'
import { isZone } from '../../zone.ts'
import type { PatientContent, PostalAddress } from '../normalForm.ts'
import { countryCode, stateCode } from '../place.ts'
import type { Cells } from './cells.ts'
import { languageOf } from './language.ts'
import { readTelecom } from './telecom.ts'
import { csvTime } from './time.ts'

/** The patient of a row: what a cell does not say, the EHR does not know. */
export function readPatient(cells: Cells, { now, region }: { now: Instant; region: string }): PatientContent {
  const address = readAddress(cells)
  const zone = cells.text('patientZone', 60)
  if (zone !== null && !isZone(zone)) cells.warn('patientZone', 'unknownZone', 'is no time zone, and is left out')
  return {
    mrn: cells.text('mrn', 200),
    ...readNames(cells),
    ...readBirth(cells, now),
    language: readLanguage(cells),
    zone: zone !== null && isZone(zone) ? zone : null,
    address,
    active: cells.flag('active') ?? true,
    deceased: readDeceased(cells),
    contactPoints: readTelecom(cells, address?.country ?? region),
    contacts: [],
    mergedInto: null,
    replaces: [],
  }
}

/** First and last name, or the whole one as "Last, First" or "First Last". */
function readNames(cells: Cells): Pick<PatientContent, 'firstName' | 'lastName' | 'preferredName'> {
  let [firstName, lastName] = [cells.text('firstName', 200), cells.text('lastName', 200)]
  const whole = firstName === null && lastName === null ? cells.text('patientName', 300) : null
  if (whole !== null) {
    const [last = '', first] = whole.split(/\s*,\s*/)
    const words = last.split(/\s+/)
    firstName = first === undefined ? words.slice(0, -1).join(' ') || null : (first.split(/\s+/)[0] ?? null)
    lastName = first === undefined ? (words.at(-1) ?? null) : last
  }
  const preferred = cells.text('preferredName', 200)
  return { firstName, lastName, preferredName: preferred === firstName ? null : preferred }
}

function readBirth(cells: Cells, now: Instant): Birth {
  const nothing = { birthDate: null, bornIn: null }
  const text = cells.text('birthDate', 60)
  if (text === null) return nothing
  const date = birthDateOf(text, cells.reader.layout.timeFormats, now)
  const birth = { birthDate: date, bornIn: date === null ? bornInOf(text) : null }
  if (date === null && birth.bornIn === null) {
    cells.warn(
      'birthDate',
      'invalidDate',
      'is no day in the formats of the layout, no month and no year, and is left out',
    )
  } else if (isBirthAhead(birth, now)) {
    cells.warn('birthDate', 'inconsistent', 'lies in the future, and is left out')
    return nothing
  }
  return birth
}

/** "2015", "2015-06" or "6/2015", with or without zeros for what is not known: "00/00/2015". */
function bornInOf(text: string): string | null {
  const before = /^(?:(\d{1,2})[/.-])?(?:0{1,2}[/.-])?(\d{4})$/.exec(text)
  const after = before ?? /^(\d{4})(?:-(\d{2}))?(?:-00)?$/.exec(text)
  if (after === null) return null
  const [year = '', month] = before === null ? [after[1], after[2]] : [before[2], before[1]]
  return birthPeriod(year, month === undefined || Number(month) === 0 ? undefined : month.padStart(2, '0'))
}

/** The day as it is written, whatever its offset: a birthday is no instant. Of two digits the year is one that was. */
function birthDateOf(text: string, formats: readonly string[], now: Instant): LocalDate | null {
  const time = csvTime(text, formats)
  if (time === null) return null
  if ('at' in time && /^\d{4}-\d{2}-\d{2}/.test(text)) return text.slice(0, 10)
  const date = 'date' in time ? time.date : dayOf('wall' in time ? time.wall : time.at)
  const year = date.slice(0, 4)
  const isMeant = text.includes(year) || !isBirthAhead({ birthDate: date, bornIn: null }, now)
  return isMeant ? date : `${Number(year) - 100}${date.slice(4)}`
}

function dayOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}

function readLanguage(cells: Cells): string | null {
  const text = cells.text('language', 60)
  if (text === null) return null
  return (
    languageOf(text) ??
    cells.warn('language', 'unknownCode', 'is no language such as es, spa or Spanish, and is left out')
  )
}

/** Yes, or the day of it. */
function readDeceased(cells: Cells): boolean {
  const text = cells.text('deceased', 60)
  if (text === null) return false
  return csvTime(text, cells.reader.layout.timeFormats) !== null || (cells.flag('deceased') ?? false)
}

function readAddress(cells: Cells): PostalAddress | null {
  const [line, city, state, postalCode] = [
    cells.text('addressLine', 300),
    cells.text('city', 200),
    cells.text('state', 100),
    cells.text('postalCode', 40),
  ]
  const named = cells.text('country', 100)
  const country = named === null ? null : countryCode(named)
  if (named !== null && country === null)
    cells.warn('country', 'unknownCode', 'is no country such as US or USA, and is left out')
  if ([line, city, state, postalCode, country].every((part) => part === null)) return null
  return {
    lines: line === null ? [] : [line],
    city,
    state: state === null ? null : stateCode(state),
    postalCode,
    country,
  }
}
