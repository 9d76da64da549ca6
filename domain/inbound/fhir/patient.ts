import { type Birth, birthPeriod, isBirthAhead } from '../../age.ts'
import type { InboundContact, PatientContent, RecordReference } from '../normalForm.ts'
import { currentAddress, readAddress } from './address.ts'
import { codesOf } from './coding.ts'
import type { ResourceContext } from './context.ts'
import { fullDate } from './dateTime.ts'
import type { Element } from './element.ts'
import { readZone } from './extension.ts'
import { readNames } from './humanName.ts'
import { isCurrent, readDate } from './primitives.ts'
import { plainReference, readReference } from './reference.ts'
import { readTelecom } from './telecom.ts'

/** Parents and those with legal responsibility (v3 RoleCode). */
const guardianCodes = new Set(
  'GUARD PRN PRNFOST MTH FTH NMTH NFTH ADOPTP ADOPTM ADOPTF STPPRN STPMTH STPFTH MTHFOST FTHFOST HPOWATT DPOWATT POWATT RESPRSN'.split(
    ' ',
  ),
)

export function readPatient(context: ResourceContext): PatientContent {
  const { resource, now } = context
  const home = currentAddress(resource, now)
  const address = readAddress(home)
  const region = address?.country ?? context.region
  const names = readNames(resource, now)
  if (names.firstName === null && names.lastName === null)
    resource.at('name').warn('missing', 'says no current name: messages that use it are skipped')
  return {
    mrn: readMrn(resource),
    ...names,
    ...readBirth(context),
    language: readLanguage(resource),
    zone: readZone(resource) ?? (home ? readZone(home) : null),
    address,
    active: resource.flag('active') ?? true,
    deceased: resource.flag('deceasedBoolean') === true || resource.at('deceasedDateTime').exists,
    contactPoints: readTelecom(resource, now, region),
    contacts: resource
      .list('contact')
      .filter((contact) => isCurrent(contact, now))
      .map((contact) => readContact(contact, context, region)),
    ...readLinks(context),
  }
}

/** A partial date is legal, and says the year or the month; one with a time is not, and still says the day. */
function readBirth({ resource, now }: ResourceContext): Birth {
  const text = resource.text('birthDate') ?? ''
  const [, year = '', month] = /^(\d{4})(?:-(\d{2}))?$/.exec(text) ?? []
  const dayOfTime = /^\d{4}-\d{2}-\d{2}(?=T)/.exec(text)?.[0] ?? ''
  const birthDate = fullDate(dayOfTime) ?? readDate(resource, 'birthDate')
  const birth = { birthDate, bornIn: birthPeriod(year, month) }
  if (!isBirthAhead(birth, now)) return birth
  resource.at('birthDate').warn('inconsistent', 'lies in the future, and is left out')
  return { birthDate: null, bornIn: null }
}

export function readContact(contact: Element, { now }: ResourceContext, region: string): InboundContact {
  const relationships = contact.list('relationship').flatMap((relationship) => codesOf(relationship))
  const { firstName, lastName } = readNames(contact, now)
  return {
    relationships,
    guardian: relationships.some((code) => guardianCodes.has(code)),
    firstName,
    lastName,
    contactPoints: readTelecom(contact, now, region),
  }
}

function readMrn(resource: Element): string | null {
  const record = resource.list('identifier').find((identifier) => codesOf(identifier.at('type')).includes('MR'))
  return record?.text('value', 100) ?? null
}

/** The preferred language as BCP 47; the only one counts as preferred. */
export function readLanguage(resource: Element): string | null {
  const spoken = resource.list('communication')
  const preferred =
    spoken.find((communication) => communication.flag('preferred') === true) ??
    (spoken.length === 1 ? spoken[0] : undefined)
  for (const coding of preferred?.at('language').list('coding') ?? []) {
    const tag = coding.text('code', 40)?.replaceAll('_', '-')
    if (tag === undefined) continue
    try {
      return Intl.getCanonicalLocales(tag)[0] ?? null
    } catch {
      coding.at('code').warn('unknownCode', 'is no BCP 47 language such as es or pt-BR, and is left out')
    }
  }
  return null
}

function readLinks(context: ResourceContext): { mergedInto: RecordReference | null; replaces: RecordReference[] } {
  const others = (type: string): RecordReference[] =>
    context.resource
      .list('link')
      .filter((link) => link.text('type', 20) === type)
      .flatMap((link) => {
        const other = readReference(link.at('other'), context)
        return other?.type === 'Patient' && other.externalId !== context.externalId ? [plainReference(other)] : []
      })
  return { mergedInto: others('replaced-by')[0] ?? null, replaces: others('replaces') }
}
