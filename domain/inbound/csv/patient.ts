import type { Instant } from '../../instant.ts'
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
    birthDate: readBirthDate(cells, now),
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

function readBirthDate(cells: Cells, now: Instant): string | null {
  const text = cells.text('birthDate', 60)
  if (text === null) return null
  const time = csvTime(text, cells.reader.layout.timeFormats)
  const date = time === null ? null : 'date' in time ? time.date : 'wall' in time ? dayOf(time.wall) : dayOf(time.at)
  if (date === null)
    return cells.warn('birthDate', 'invalidDate', 'is no day in the formats of the layout, and is left out')
  const isAhead = Date.parse(`${date}T00:00:00Z`) > now
  return isAhead ? cells.warn('birthDate', 'inconsistent', 'lies in the future, and is left out') : date
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
