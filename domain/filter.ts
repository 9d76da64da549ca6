import { type Timing, typeTraits } from './action.ts'
import { isRecordedAnchor } from './anchor.ts'
import type { AppointmentStatus, CareEventKind, CareEventStatus } from './careEvent.ts'
import { codeMatches } from './codes.ts'
import type { ActionFacts, CareEventFacts, OrganizationFacts } from './facts.ts'
import type { ReasonCode } from './reasons.ts'
import { resourceEntries } from './resources.ts'
import type { TrailEntry } from './verdict.ts'

export interface Match {
  matched: boolean
  /** The first thing that failed; null when it matches. */
  reason: ReasonCode | null
  /** Nothing is planned because something is switched off, not because the care event is of another sort. */
  switchedOff: boolean
  trail: TrailEntry[]
}

const booked: readonly AppointmentStatus[] = ['booked']
const visited: readonly AppointmentStatus[] = ['booked', 'arrived', 'checkedIn', 'fulfilled']

/** The statuses that a filter of `null` means (Who matches). */
export function defaultStatuses(kind: CareEventKind, timing: Timing): readonly CareEventStatus[] {
  switch (kind) {
    case 'appointment':
      return timing.direction === 'after' && !isRecordedAnchor(timing.anchor) ? visited : booked
    case 'recall':
      return ['open']
    case 'procedure':
      return ['inProgress', 'completed']
    case 'diagnosis':
      return ['active']
  }
}

/**
 * Whether an action is about a care event at all (Who matches): what is switched off, then every filter. Values of one
 * filter are alternatives, all filters must hold, an unset value fails one. The trail has a row for each of them.
 */
export function matches(careEvent: CareEventFacts, action: ActionFacts, organization: OrganizationFacts): Match {
  const rows = new Rows()
  addAction(rows, careEvent, action, organization)
  if (rows.reason === 'wrongKind') return rows.match()
  for (const entry of resourceEntries(careEvent, action.definition, organization)) rows.add(entry, true)
  addCareEvent(rows, careEvent, action)
  addFilters(rows, careEvent, action)
  return rows.match()
}

type Row = { check: string; wanted: string; saw: string; failed: ReasonCode | false }

class Rows {
  readonly trail: TrailEntry[] = []
  reason: ReasonCode | null = null
  switchedOff = false

  add({ check, wanted, saw, failed }: Row, isSwitch = false): void {
    this.trail.push({ check, wanted, saw, result: failed ? 'failed' : 'passed' })
    if (!failed || this.reason !== null) return
    this.reason = failed
    this.switchedOff = isSwitch
  }

  match(): Match {
    return { matched: this.reason === null, reason: this.reason, switchedOff: this.switchedOff, trail: this.trail }
  }
}

function addAction(rows: Rows, careEvent: CareEventFacts, action: ActionFacts, organization: OrganizationFacts): void {
  const { definition } = action
  const kind = typeTraits[definition.type].careEventKind
  rows.add({ check: 'kind', wanted: kind, saw: careEvent.kind, failed: kind !== careEvent.kind && 'wrongKind' })
  if (action.deleted) rows.add({ check: 'action', wanted: 'active', saw: 'deleted', failed: 'actionDeleted' })
  else
    rows.add({
      check: 'action',
      wanted: 'active',
      saw: definition.status,
      failed: definition.status !== 'active' && 'actionInactive',
    })
  if (rows.reason === 'wrongKind') return
  const paused = organization.paused
  rows.add(
    {
      check: 'organization',
      wanted: 'sending',
      saw: paused ? 'paused' : 'sending',
      failed: paused && 'organizationPaused',
    },
    true,
  )
  const enabled = organization.enabledActionTypes.includes(definition.type)
  rows.add(
    {
      check: 'actionType',
      wanted: `${definition.type} on`,
      saw: enabled ? 'on' : 'off',
      failed: !enabled && 'typeDisabled',
    },
    true,
  )
}

function addCareEvent(rows: Rows, careEvent: CareEventFacts, action: ActionFacts): void {
  const { filters, timing } = action.definition
  if (careEvent.deleted) rows.add({ check: 'careEvent', wanted: 'present', saw: 'deleted', failed: 'careEventDeleted' })
  const wanted: readonly string[] = filters.statuses ?? defaultStatuses(careEvent.kind, timing)
  const inError = careEvent.status === 'enteredInError'
  const failed = !wanted.includes(careEvent.status) && (inError ? 'careEventDeleted' : 'filterStatus')
  rows.add({ check: 'status', wanted: wanted.join(', '), saw: careEvent.status, failed })
  if (careEvent.kind === 'appointment') {
    const asked = careEvent.confirmation === 'cancelRequested' && timing.direction === 'before'
    const stops = asked && !filters.confirmation?.includes('cancelRequested')
    rows.add({
      check: 'confirmation',
      wanted: filters.confirmation?.join(', ') ?? (timing.direction === 'before' ? 'no request to cancel' : 'any'),
      saw: careEvent.confirmation,
      failed: stops
        ? 'cancelRequested'
        : filters.confirmation !== null &&
          !filters.confirmation.includes(careEvent.confirmation) &&
          'filterConfirmation',
    })
  }
  if (careEvent.kind === 'recall') {
    const fulfilled = careEvent.fulfilledById !== null
    rows.add({
      check: 'recall',
      wanted: 'no appointment booked or kept for it',
      saw: fulfilled ? 'an appointment fulfils it' : 'none',
      failed: fulfilled && 'recallFulfilled',
    })
  }
}

function addFilters(rows: Rows, careEvent: CareEventFacts, action: ActionFacts): void {
  const { filters, type } = action.definition
  const asksFor = (filter: keyof typeof filters) =>
    filters[filter] !== null || typeTraits[type].filters.includes(filter)
  const wanted = (list: readonly unknown[] | null) =>
    list === null ? 'any' : list.length === 1 ? 'the one listed' : `one of the ${list.length} listed`

  if (asksFor('facilityIds')) {
    const { facility } = careEvent
    const listed = facility !== null && (filters.facilityIds?.includes(facility.id) ?? true)
    rows.add({
      check: 'facility',
      wanted: wanted(filters.facilityIds),
      saw: facility?.name ?? 'none',
      failed: filters.facilityIds !== null && !listed && 'filterFacility',
    })
  }
  if (asksFor('providerIds')) {
    const ids = filters.providerIds
    const listed = careEvent.providers.some((provider) => provider.enabled && (ids?.includes(provider.id) ?? true))
    rows.add({
      check: 'provider',
      wanted: wanted(ids),
      saw: careEvent.providers.map((provider) => provider.name).join(', ') || 'none',
      failed: ids !== null && !listed && 'filterProvider',
    })
  }
  if (asksFor('appointmentTypeIds')) {
    const type = careEvent.appointmentType
    const listed = type !== null && (filters.appointmentTypeIds?.includes(type.id) ?? true)
    rows.add({
      check: 'appointmentType',
      wanted: wanted(filters.appointmentTypeIds),
      saw: type?.name ?? 'none',
      failed: filters.appointmentTypeIds !== null && !listed && 'filterAppointmentType',
    })
  }
  if (asksFor('codes')) {
    const { codes } = filters
    const listed = codes?.some((code) => careEvent.codes.some((given) => codeMatches(code, given))) ?? true
    rows.add({
      check: 'code',
      wanted: codes === null ? 'any' : codes.map((code) => `${code.system} ${code.code}`).join(', '),
      saw: careEvent.codes.map((code) => `${code.system} ${code.code}`).join(', ') || 'none',
      failed: !listed && 'filterCode',
    })
  }
}
