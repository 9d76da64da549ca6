import { type Birth, birthPeriod, isBirthAhead } from '../../age.ts'
import type { InboundContact, PatientContent, RecordReference } from '../normalForm.ts'
import { readAddress } from './address.ts'
import type { MessageContext } from './context.ts'
import { recordNumber } from './identifier.ts'
import { personName } from './name.ts'
import type { Segment } from './segment.ts'
import { readTelecom } from './telecom.ts'
import { dateOf } from './time.ts'

/** The segments of one patient: PID, and those about the people around them. */
export interface PatientSegments {
  pid: Segment
  contacts: readonly Segment[]
  guarantors: readonly Segment[]
}

/** Parents and those with legal responsibility (table 0063, and v3's codes, which newer feeds send). */
const guardians = new Set('GRD GUARD MTH FTH PAR PRN MGR FCH STPPRN STPMTH STPFTH POWATT HPOWATT'.split(' '))

/** PID with NK1 and GT1 (Inbound: HL7 v2). A merge message names the retired numbers in `replaces`. */
export function readPatient(
  { pid, contacts, guarantors }: PatientSegments,
  { now, region }: MessageContext,
  replaces: readonly RecordReference[],
): PatientContent {
  const address = readAddress(pid, 11)
  const country = address?.country ?? region
  const names = personName(pid, 5)
  if (names.firstName === null && names.lastName === null)
    pid.warn(5, 'missing', 'says no name: messages that use it are skipped')
  return {
    mrn: recordNumber(pid, 3) ?? pid.text(2),
    ...names,
    ...readBirth(pid, now),
    language: readLanguage(pid),
    zone: null,
    address,
    active: true,
    deceased: pid.text(30)?.toUpperCase() === 'Y' || pid.text(29) !== null,
    contactPoints: readTelecom(
      pid,
      [
        { field: 13, use: 'home' },
        { field: 40, use: 'home' },
        { field: 14, use: 'work' },
      ],
      country,
    ),
    contacts: [
      ...contacts.map((nk1) => readContact(nk1, { name: 2, relationship: 3, phones: [5, 6, 40] }, country)),
      ...guarantors.map((gt1) => readContact(gt1, { name: 3, relationship: 11, phones: [6, 7] }, country, 'GUARANTOR')),
    ],
    mergedInto: null,
    replaces,
  }
}

/** A day, or the year or month alone, with or without zeros for what is not known of it. */
function readBirth(pid: Segment, now: number): Birth {
  const text = pid.text(7)
  const nothing = { birthDate: null, bornIn: null }
  if (text === null) return nothing
  const [, year = '', month] = /^(\d{4})(?:(?!00)(\d{2}))?(?:00){0,2}$/.exec(text.trim()) ?? []
  const birth = { birthDate: dateOf(text), bornIn: birthPeriod(year, month) }
  if (birth.birthDate === null && birth.bornIn === null) {
    pid.warn(7, 'invalidDate', 'is no day such as 19800229, no month and no year, and is left out')
  } else if (isBirthAhead(birth, now)) {
    pid.warn(7, 'inconsistent', 'lies in the future, and is left out')
    return nothing
  }
  return birth
}

/** The language as BCP 47: two letters, three (ISO 639-2), or the name of the alternate coding. */
function readLanguage(pid: Segment): string | null {
  for (const component of [1, 4]) {
    const code = pid.text(15, component)?.replaceAll('_', '-')
    if (code === undefined || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code)) continue
    try {
      return Intl.getCanonicalLocales(code)[0] ?? null
    } catch {
      pid.warn(15, 'unknownCode', 'is no language such as es or spa, and is left out')
    }
  }
  return null
}

function readContact(
  segment: Segment,
  fields: { name: number; relationship: number; phones: readonly number[] },
  region: string,
  role?: string,
): InboundContact {
  const relationship = segment.text(fields.relationship)?.toUpperCase() ?? null
  const { firstName, lastName } = personName(segment, fields.name)
  return {
    relationships: [role, relationship].filter((each) => each !== undefined && each !== null),
    guardian: role === undefined && relationship !== null && guardians.has(relationship),
    firstName,
    lastName,
    contactPoints: readTelecom(
      segment,
      fields.phones.map((field) => ({ field, use: 'home' })),
      region,
    ),
  }
}
