import type { ActionDefinition } from './action.ts'
import { anchorOf } from './anchor.ts'
import type { AnchorValue } from './careEvent.ts'
import type { CareEventFacts, DecidedDelivery } from './facts.ts'
import { dayMs, type Instant, type LocalDate, type Zone } from './instant.ts'
import { localDate } from './time.ts'

/**
 * What a message is sent at most once for (Occurrence key). Appointment and extra reminder: care event and anchor value,
 * one constant for `created`; recall: care event and due date; procedure: patient and date; diagnosis: patient and the
 * action's codes. Null when the anchor is missing.
 */
export function occurrenceKey(
  careEvent: CareEventFacts,
  definition: ActionDefinition,
  facilityZone: Zone,
): string | null {
  const anchor = anchorOf(careEvent, definition.timing.anchor)
  if (anchor === null) return null
  switch (definition.timing.anchor) {
    case 'created':
      return `${careEvent.id}/created`
    case 'start':
    case 'updated':
      return `${careEvent.id}/${definition.timing.anchor}/${'at' in anchor ? new Date(anchor.at).toISOString() : anchor.date}`
    case 'dueDate':
      return `${careEvent.id}/due/${dateOf(anchor, facilityZone)}`
    case 'procedureDate':
      return `${careEvent.patient.id}/procedure/${dateOf(anchor, facilityZone)}`
    case 'diagnosisDate':
      return `${careEvent.patient.id}/diagnosis/${codesOf(definition)}`
  }
}

function dateOf(anchor: AnchorValue, zone: Zone): LocalDate {
  return 'date' in anchor ? anchor.date : localDate(zone, anchor.at)
}

function codesOf(definition: ActionDefinition): string {
  const { codes } = definition.filters
  if (codes === null) return 'any'
  const written = codes.map(({ system, code }) => `${system}:${code.toUpperCase().replace(/[.\s]/g, '')}`)
  return [...new Set(written)].sort().join('+')
}

/** The key of a retired patient's occurrence as the surviving one's, so that a merge repeats nothing. */
export function keyAfterMerge(key: string, retiredPatientId: string, survivingPatientId: string): string {
  return key.startsWith(`${retiredPatientId}/`) ? survivingPatientId + key.slice(retiredPatientId.length) : key
}

/** The n-th time that one occurrence is told; the first has no number. */
function roundKey(base: string, round: number): string {
  return round === 1 ? base : `${base}#${round}`
}

/** Which round of an occurrence a key is; null when it is another occurrence. */
export function roundOf(key: string, base: string): number | null {
  if (key === base) return 1
  return key.startsWith(`${base}#`) ? Number(key.slice(base.length + 1)) : null
}

/**
 * The key that counts now. Two occurrences come back: a diagnosis after `repeatAfterDays`, and a time that an
 * appointment was moved away from and back to after the patient was told the time in between.
 * `deliveries` are those of this action and recipient.
 */
export function currentKey(
  base: string,
  definition: ActionDefinition,
  careEventId: string,
  dueAt: Instant,
  deliveries: readonly DecidedDelivery[],
): string {
  let latest: DecidedDelivery | null = null
  let round = 0
  for (const delivery of deliveries) {
    const n = roundOf(delivery.occurrenceKey, base)
    if (n !== null && n > round) {
      round = n
      latest = delivery
    }
  }
  const { anchor, repeatAfterDays, ifMoved } = definition.timing
  if (latest === null && anchor === 'diagnosisDate') {
    // The action asked for other codes when it told of this very record: an edit of them is no news to the patient.
    const told = deliveries.findLast((each) => each.careEventId === careEventId && isOrMayBeTold(each))
    const until = (told?.sentAt ?? told?.dueAt ?? dueAt) + repeatAfterDays * dayMs
    return told?.occurrenceKey.startsWith(base.slice(0, base.lastIndexOf('/') + 1)) && dueAt < until
      ? told.occurrenceKey
      : base
  }
  if (latest === null) return base
  if (anchor === 'diagnosisDate') {
    const told = latest.reachedProvider
    const again = told && dueAt >= (latest.sentAt ?? latest.dueAt ?? dueAt) + repeatAfterDays * dayMs
    // What was skipped for another record of the diagnosis (too late, say) was told to nobody.
    const untold = !told && latest.status === 'skipped' && latest.final && latest.careEventId !== careEventId
    return roundKey(base, again || untold ? round + 1 : round)
  }
  if (anchor === 'start' && ifMoved === 'again' && latest.reachedProvider) {
    const last = lastStated(deliveries, careEventId)
    const movedBack = last !== null && roundOf(last.occurrenceKey, base) === null && toldAt(last) > toldAt(latest)
    return roundKey(base, movedBack ? round + 1 : round)
  }
  return roundKey(base, round)
}

function isOrMayBeTold({ reachedProvider, status }: DecidedDelivery): boolean {
  return reachedProvider || status === 'sending' || status === 'unknown'
}

/** The delivery of this care event that the recipient was told last; null when none reached anybody. */
export function lastStated(deliveries: readonly DecidedDelivery[], careEventId: string): DecidedDelivery | null {
  let last: DecidedDelivery | null = null
  for (const delivery of deliveries) {
    if (!delivery.reachedProvider || delivery.careEventId !== careEventId) continue
    if (last === null || toldAt(delivery) > toldAt(last)) last = delivery
  }
  return last
}

function toldAt(delivery: DecidedDelivery): Instant {
  return delivery.sentAt ?? delivery.dueAt ?? 0
}
