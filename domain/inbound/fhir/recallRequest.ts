import type { CareEventStatus } from '../../careEvent.ts'
import { bareCareEvent, type CareEventContent } from '../normalForm.ts'
import { readAnchor, readFirstAnchor, readPeriodAnchor } from './anchor.ts'
import { readActors, readAppointmentType } from './appointment.ts'
import { conceptReference, isListed } from './coding.ts'
import type { ResourceContext } from './context.ts'
import type { Element } from './element.ts'
import { firstAmong, providersAmong, readEncounterReference, readReferences, readSubject } from './people.ts'
import { plainReference, type TypedReference } from './reference.ts'
import { readStatus } from './status.ts'

/** What asks for a visit that is not booked yet. `unwanted`: by the source's settings it is something else. */
export type ReadRecall = CareEventContent | 'unwanted' | null

/** R4's request statuses: only an active one asks the patient for anything. */
const statuses = new Map<string, CareEventStatus>([
  ['draft', 'closed'],
  ['active', 'open'],
  ['on-hold', 'closed'],
  ['revoked', 'cancelled'],
  ['completed', 'closed'],
  ['entered-in-error', 'enteredInError'],
  ['unknown', 'closed'],
])

/** SNOMED's referrals, and the words that feeds use. */
const referrals = ['3457005', '103696004', '306206005', '308447003', 'referral', 'REFERRAL', 'REF']

/** A ServiceRequest that plans or proposes a visit (Inbound: recall). */
export function readServiceRequest(context: ResourceContext): ReadRecall {
  const { resource, settings } = context
  const { enabled, intents, categories } = settings.recalls.serviceRequest
  const intent = resource.text('intent', 40)
  if (intent === null)
    return resource.at('intent').error('missing', 'has to say whether it is a plan, a proposal or an order')
  const chosen = (intents as readonly string[]).includes(intent) && isChosen(resource, categories)
  if (!enabled || !chosen) return 'unwanted'
  const performers = readReferences(resource.list('performer'), context)
  const content = readRequest(context, performers)
  const places = readReferences(resource.list('locationReference'), context)
  return (
    content && {
      ...content,
      facility: firstAmong(places, 'Location'),
      appointmentType: conceptReference(resource.at('code')) ?? firstAmong(performers, 'HealthcareService'),
    }
  )
}

/** A CommunicationRequest that wants the patient reminded of a visit to make; its reason says what for. */
export function readCommunicationRequest(context: ResourceContext): ReadRecall {
  const { resource, settings } = context
  const { enabled, categories } = settings.recalls.communicationRequest
  if (!enabled || !isChosen(resource, categories)) return 'unwanted'
  const content = readRequest(context, readReferences([resource.at('sender')], context))
  const type = resource.list('reasonCode').map(conceptReference)
  return content && { ...content, appointmentType: type.find((reason) => reason !== null) ?? null }
}

/** Whether an Appointment only asks for one: proposed, without a start, with the time from which on it is wanted. */
export function asksForAppointment({ resource, settings }: ResourceContext): boolean {
  return (
    settings.recalls.proposedAppointment.enabled &&
    resource.text('status', 40) === 'proposed' &&
    !resource.at('start').exists &&
    resource.at('requestedPeriod').exists
  )
}

/** An Appointment that only asks for one, as a recall. */
export function readProposedAppointment(context: ResourceContext): CareEventContent | null {
  const { resource } = context
  const actors = readActors(context)
  const patient = actors.find((actor) => actor.type === 'Patient')
  if (patient === undefined)
    return resource.at('participant').error('missing', 'has to name the patient: one actor that refers to a Patient')
  const [wanted] = resource.list('requestedPeriod')
  const says = wanted?.text('start') == null ? 'end' : 'start'
  return {
    ...bareCareEvent('recall', 'open', plainReference(patient)),
    facility: firstAmong(actors, 'Location'),
    providers: providersAmong(actors),
    appointmentType: readAppointmentType(resource) ?? firstAmong(actors, 'HealthcareService'),
    dueDate: wanted ? readAnchor(wanted, says) : null,
    origin: 'recall',
  }
}

/** What both kinds of request say alike. The one who asked is the provider where nobody else is named to do it. */
function readRequest(context: ResourceContext, doers: readonly TypedReference[]): CareEventContent | null {
  const { resource } = context
  const status = readStatus(resource, statuses, 'a request')
  const patient = readSubject(context)
  const requester = resource.at('requester')
  const asked = readReferences([requester], context)
  const dueDate = readOccurrence(resource)
  if (dueDate === null && status === 'open')
    resource
      .at('occurrenceDateTime')
      .warn('missing', 'says no day, so that nothing is due: a recall counts from its occurrence')
  if (!status || !patient) return null
  const referral = resource.list('category').some((category) => isListed(category, referrals))
  const named = providersAmong(doers)
  return {
    ...bareCareEvent('recall', status, patient),
    providers: named.length > 0 || referral ? named : providersAmong(asked),
    encounter: readEncounterReference(context),
    dueDate,
    origin: referral ? 'referral' : 'recall',
    referredBy: referral ? requester.text('display', 200) : null,
  }
}

function readOccurrence(resource: Element) {
  const timing = resource.at('occurrenceTiming')
  return (
    readAnchor(resource, 'occurrenceDateTime') ??
    readPeriodAnchor(resource, 'occurrencePeriod') ??
    readFirstAnchor(timing, 'event') ??
    readPeriodAnchor(timing.at('repeat'), 'boundsPeriod')
  )
}

/** Of a category that is meant, and not an order to leave something undone. */
function isChosen(resource: Element, categories: readonly string[] | null): boolean {
  if (resource.flag('doNotPerform') === true) return false
  return categories === null || resource.list('category').some((category) => isListed(category, categories))
}
