import type { CareEventStatus } from '../../careEvent.ts'
import { bareCareEvent, type CareEventContent } from '../normalForm.ts'
import { readAnchor, readPeriodAnchor } from './anchor.ts'
import { readCodes } from './coding.ts'
import type { ResourceContext } from './context.ts'
import { firstAmong, providersAmong, readEncounterReference, readReferences, readSubject } from './people.ts'
import { readStatus } from './status.ts'

/**
 * R4's event statuses. What was broken off or put on hold is nothing to follow up by message; what a sender does not
 * know the status of was done as far as anybody can tell (charges come like this).
 */
const statuses = new Map<string, CareEventStatus>([
  ['preparation', 'planned'],
  ['in-progress', 'inProgress'],
  ['not-done', 'notDone'],
  ['on-hold', 'planned'],
  ['stopped', 'notDone'],
  ['completed', 'completed'],
  ['entered-in-error', 'enteredInError'],
  ['unknown', 'completed'],
])

/**
 * A Procedure, or null when it can't be understood. Its date is when it was begun, as on the bill: an end that becomes
 * known later does not make another occurrence of it.
 */
export function readProcedure(context: ResourceContext): CareEventContent | null {
  const { resource } = context
  const status = readStatus(resource, statuses, 'a procedure')
  const patient = readSubject(context)
  const performers = resource.list('performer').map((performer) => performer.at('actor'))
  const places = readReferences([resource.at('location')], context)
  const procedureDate = readAnchor(resource, 'performedDateTime') ?? readPeriodAnchor(resource, 'performedPeriod')
  const codes = readCodes(resource.at('code'), ['cpt'])
  if (!status || !patient) return null
  return {
    ...bareCareEvent('procedure', status, patient),
    facility: firstAmong(places, 'Location'),
    providers: providersAmong(readReferences(performers, context)),
    encounter: readEncounterReference(context),
    procedureDate,
    codes,
  }
}
