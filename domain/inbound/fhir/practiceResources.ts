import type { AppointmentTypeContent, FacilityContent, ProviderContent } from '../normalForm.ts'
import { readAddress } from './address.ts'
import { conceptReference } from './coding.ts'
import type { ResourceContext } from './context.ts'
import { readZone } from './extension.ts'
import { readTitledName } from './humanName.ts'
import { plainReference, readReference } from './reference.ts'
import { readOfficePhone } from './telecom.ts'

/** A Location; only `inactive` ends it, a suspended one will be used again. */
export function readLocation({ resource, now, region }: ResourceContext): FacilityContent {
  const address = readAddress(resource.at('address'))
  return {
    name: resource.text('name', 200) ?? resource.texts('alias')[0] ?? resource.text('description', 200),
    zone: readZone(resource) ?? readZone(resource.at('address')),
    state: address?.state && /^[A-Z]{2}$/.test(address.state) ? address.state : null,
    phone: readOfficePhone(resource, now, address?.country ?? region),
    address,
    active: resource.text('status', 20) !== 'inactive',
  }
}

export function readPractitioner({ resource, now }: ResourceContext): ProviderContent {
  const name = readTitledName(resource, now)
  if (name === null) resource.at('name').warn('missing', 'says no current name: messages that use it are skipped')
  return { name, active: resource.flag('active') ?? true, practitioner: null }
}

/** A role is a second name of its practitioner: care events that refer to it mean that person. */
export function readPractitionerRole(context: ResourceContext): ProviderContent {
  const { resource } = context
  const person = resource.at('practitioner').isObject ? readReference(resource.at('practitioner'), context) : null
  const practitioner = person?.type === 'Practitioner' ? plainReference(person) : null
  const role = resource
    .list('code')
    .map(conceptReference)
    .find((code) => code !== null)
  return { name: practitioner?.display ?? role?.display ?? null, active: resource.flag('active') ?? true, practitioner }
}

/** A service stands for the type of the appointments that name it and have none of their own. */
export function readHealthcareService({ resource }: ResourceContext): AppointmentTypeContent {
  const type = resource
    .list('type')
    .map(conceptReference)
    .find((concept) => concept !== null)
  return { name: resource.text('name', 200) ?? type?.display ?? null, active: resource.flag('active') ?? true }
}
