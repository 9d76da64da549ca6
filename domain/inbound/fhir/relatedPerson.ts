import type { RelatedContactContent } from '../normalForm.ts'
import { currentAddress, readAddress } from './address.ts'
import type { ResourceContext } from './context.ts'
import { readContact, readLanguage } from './patient.ts'
import { readSubject } from './people.ts'
import { isCurrent } from './primitives.ts'

/** A RelatedPerson: a guardian gets a minor's messages. Null without the patient whom it is related to. */
export function readRelatedPerson(context: ResourceContext): RelatedContactContent | null {
  const { resource, now } = context
  const patient = readSubject(context, 'patient')
  const region = readAddress(currentAddress(resource, now))?.country ?? context.region
  const contact = readContact(resource, context, region)
  if (patient === null) return null
  const active = (resource.flag('active') ?? true) && isCurrent(resource, now)
  return { ...contact, patient, language: readLanguage(resource), active }
}
