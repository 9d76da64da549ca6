import type { AppointmentStatus } from '../../careEvent.ts'
import { type Instant, minuteMs } from '../../instant.ts'
import { bareCareEvent, type CareEventContent, type Created, type RecordReference } from '../normalForm.ts'
import { conceptReference } from './coding.ts'
import type { ResourceContext } from './context.ts'
import { fullDate, instantOf } from './dateTime.ts'
import type { Element } from './element.ts'
import { readVideoLink } from './extension.ts'
import { firstAmong, isBystander, isProvider, providersAmong } from './people.ts'
import { readInstant } from './primitives.ts'
import { plainReference, readReference, type TypedReference } from './reference.ts'
import { readStatus } from './status.ts'

/** All ten statuses of R4, and whether such an appointment has to say when it begins (FHIR's invariant app-3). */
const statuses = new Map<string, { status: AppointmentStatus; hasStart: boolean }>([
  ['proposed', { status: 'proposed', hasStart: false }],
  ['pending', { status: 'pending', hasStart: false }],
  ['booked', { status: 'booked', hasStart: true }],
  ['arrived', { status: 'arrived', hasStart: true }],
  ['fulfilled', { status: 'fulfilled', hasStart: true }],
  ['cancelled', { status: 'cancelled', hasStart: false }],
  ['noshow', { status: 'noShow', hasStart: false }],
  ['entered-in-error', { status: 'enteredInError', hasStart: false }],
  ['checked-in', { status: 'checkedIn', hasStart: true }],
  ['waitlist', { status: 'waitlist', hasStart: false }],
])

/** A year: what lasts longer is a mistake, and its end could lie beyond all calendars. */
const longestMinutes = 366 * 24 * 60

/** An Appointment, or null when what it can't be understood without is missing or wrong (reported as errors). */
export function readAppointment(context: ResourceContext): CareEventContent | null {
  const { resource } = context
  const known = readStatus(resource, statuses, 'an appointment')
  const start = readInstant(resource, 'start')
  if (known?.hasStart && !resource.at('start').exists)
    resource
      .at('start')
      .error('missing', `has to say when it begins: an appointment with status ${resource.text('status')} has a start`)
  const actors = readActors(context)
  const patients = actors.filter((actor) => actor.type === 'Patient')
  const patient = patients[0]
  if (patient === undefined)
    resource.at('participant').error('missing', 'has to name the patient: one actor that refers to a Patient')
  if (patients.length > 1)
    resource.at('participant').warn('inconsistent', 'names several patients: only the first gets messages')
  if (!known || !patient) return null
  return {
    ...bareCareEvent('appointment', known.status, plainReference(patient)),
    facility: firstAmong(actors, 'Location'),
    providers: providersAmong(actors),
    appointmentType: readAppointmentType(resource) ?? firstAmong(actors, 'HealthcareService'),
    start: start === null ? null : { at: start },
    ...readEnd(resource, start),
    created: readCreated(resource),
    instructions: resource.text('patientInstruction'),
    videoLink: readVideoLink(resource),
  }
}

/**
 * Who and what takes part; who declined does not, but for a patient where no other comes: whether the visit takes place
 * is said by its status. Actors without a reference ("Phone Call") say nothing.
 */
export function readActors(context: ResourceContext): TypedReference[] {
  const all = context.resource.list('participant').flatMap((participant) => {
    const actor = participant.at('actor')
    if (!actor.at('reference').exists && !actor.at('identifier').exists) return []
    const reference = readReference(actor, context)
    if (reference === null || (isProvider(reference) && isBystander(participant))) return []
    return [{ reference, declined: participant.text('status', 40) === 'declined' }]
  })
  const comes = all.some(({ reference, declined }) => reference.type === 'Patient' && !declined)
  const taking = all.filter(({ reference, declined }) => !declined || (reference.type === 'Patient' && !comes))
  return taking.map(({ reference }) => reference)
}

/** `appointmentType` says more about the visit than `serviceType`, which says what is done. */
export function readAppointmentType(resource: Element): RecordReference | null {
  const own = resource.at('appointmentType')
  const type = own.isObject ? conceptReference(own) : null
  return (
    type ??
    resource
      .list('serviceType')
      .map(conceptReference)
      .find((service) => service !== null) ??
    null
  )
}

function readEnd(resource: Element, start: Instant | null): { end: Instant | null; durationMinutes: number | null } {
  const minutes = resource.count('minutesDuration', longestMinutes)
  const end = readInstant(resource, 'end') ?? (start !== null && minutes !== null ? start + minutes * minuteMs : null)
  if (start !== null && end !== null && end < start) {
    resource.at('end').warn('inconsistent', 'lies before the start, and is left out')
    return { end: null, durationMinutes: minutes }
  }
  const length = start !== null && end !== null && end > start ? Math.round((end - start) / minuteMs) : null
  return { end, durationMinutes: minutes ?? length }
}

function readCreated(resource: Element): Created | null {
  const text = resource.text('created', 60)
  if (text === null) return null
  const at = instantOf(text)
  if (at !== null) return { at }
  const date = fullDate(text)
  return date === null
    ? resource.at('created').warn('invalidDate', 'is neither a day nor an instant, and is left out')
    : { date }
}
