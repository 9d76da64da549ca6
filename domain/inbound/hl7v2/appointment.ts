import type { AnchorValue, AppointmentStatus } from '../../careEvent.ts'
import { type Instant, minuteMs } from '../../instant.ts'
import { bareCareEvent, type CareEventContent, type RecordReference } from '../normalForm.ts'
import { codedReference } from './coded.ts'
import type { MessageContext } from './context.ts'
import { facilityReference, providerReference } from './identifier.ts'
import type { Segment } from './segment.ts'
import { instantOf, timeOf } from './time.ts'

/** The segments of one appointment; those of resources in the order of the message. */
export interface AppointmentSegments {
  sch: Segment
  all(name: string): readonly Segment[]
}

/** Filler status (table 0278, and the words of vendors), in capitals without blanks and dashes. */
const statuses = new Map<string, AppointmentStatus>([
  ['PENDING', 'pending'],
  ['TENTATIVE', 'pending'],
  ['PROPOSED', 'proposed'],
  ['WAITLIST', 'waitlist'],
  ['BOOKED', 'booked'],
  ['SCHEDULED', 'booked'],
  ['RESCHEDULED', 'booked'],
  ['CONFIRMED', 'booked'],
  ['OVERBOOK', 'booked'],
  ['OVERBOOKED', 'booked'],
  ['NEW', 'booked'],
  ['ARRIVED', 'arrived'],
  ['CHECKEDIN', 'checkedIn'],
  ['STARTED', 'checkedIn'],
  ['INPROGRESS', 'checkedIn'],
  ['COMPLETE', 'fulfilled'],
  ['COMPLETED', 'fulfilled'],
  ['CHECKEDOUT', 'fulfilled'],
  ['FULFILLED', 'fulfilled'],
  ['CANCELLED', 'cancelled'],
  ['CANCELED', 'cancelled'],
  ['DC', 'cancelled'],
  ['DISCONTINUED', 'cancelled'],
  ['CXL', 'cancelled'],
  ['CX', 'cancelled'],
  ['NOSHOW', 'noShow'],
  ['NS', 'noShow'],
  ['DNA', 'noShow'],
  ['DELETED', 'enteredInError'],
  ['VOID', 'enteredInError'],
  ['ERROR', 'enteredInError'],
])

/** What a status begins with that says who did it, or why: one that is off must not be taken for a booking. */
const beginnings: readonly [string, AppointmentStatus][] = [
  ['CANC', 'cancelled'],
  ['NOSHOW', 'noShow'],
  ['DELETE', 'enteredInError'],
  ['ENTEREDINERROR', 'enteredInError'],
]

/** What the event itself says, whatever the status field was left at. */
const byTrigger: Record<string, AppointmentStatus> = {
  S15: 'cancelled',
  S16: 'cancelled',
  S17: 'enteredInError',
  S26: 'noShow',
}

/** SCH with AIS, AIG, AIL, AIP, TQ1 and PV1 (Inbound: HL7 v2); null when what it can't be understood without is wrong. */
export function readAppointment(
  segments: AppointmentSegments,
  patient: RecordReference,
  context: MessageContext,
): CareEventContent | null {
  const { sch } = segments
  const status = readStatus(sch, context.trigger)
  const facility = facilityOf(segments, context)
  const zone = context.zoneOf(facility?.externalId ?? null)
  const start = readStart(segments, zone)
  const isUpcoming = status === 'booked' || status === 'arrived' || status === 'checkedIn'
  if (start === null && isUpcoming)
    return sch.error(
      11,
      'missing',
      'has no start: AIS-4, AIG-8, AIL-6, AIP-6, TQ1-7 or SCH-11.4 has to say the day and the time',
    )
  const startAt = start !== null && 'at' in start ? start.at : null
  return {
    ...bareCareEvent('appointment', status, patient),
    facility,
    providers: providersOf(segments),
    appointmentType: typeOf(segments),
    start: startAt === null ? null : { at: startAt },
    ...readEnd(segments, startAt, zone),
    created:
      context.trigger === 'S12' && context.version.lastUpdated !== null
        ? { at: context.version.lastUpdated, byMessage: true }
        : null,
    instructions: null,
    videoLink: null,
  }
}

function readStatus(sch: Segment, trigger: string): AppointmentStatus {
  const fixed = byTrigger[trigger]
  if (fixed !== undefined) return fixed
  const said = sch.text(25) ?? sch.text(25, 2)
  if (said === null) return 'booked'
  const word = said.toUpperCase().replaceAll(/[^A-Z]/g, '')
  const status = statuses.get(word) ?? beginnings.find(([beginning]) => word.startsWith(beginning))?.[1]
  if (status === undefined) sch.warn(25, 'unknownCode', 'is no status that is known: it is read as booked')
  return status ?? 'booked'
}

/** The precedence of Inbound: the service, then equipment, place and people, then the timing, then the old place in SCH. */
function readStart({ sch, all }: AppointmentSegments, zone: string): AnchorValue | null {
  const candidates: [Segment | undefined, number, number?][] = [
    [all('AIS')[0], 4],
    [all('AIG')[0], 8],
    [all('AIL')[0], 6],
    [all('AIP')[0], 6],
    [all('TQ1')[0], 7],
    [sch, 11, 4],
  ]
  for (const [segment, field, component = 1] of candidates) {
    const text = segment?.text(field, component) ?? null
    if (text === null) continue
    const time = timeOf(text, zone)
    if (time !== null && 'at' in time) return time
    segment?.warn(field, 'invalidInstant', 'is no day with a time such as 202603091430, and is left out')
  }
  return null
}

const minutesPerUnit: Record<string, number> = {
  S: 1 / 60,
  SEC: 1 / 60,
  M: 1,
  MIN: 1,
  MINUTES: 1,
  H: 60,
  HR: 60,
  HOURS: 60,
}
/** A year: what lasts longer is a mistake. */
const longestMinutes = 366 * 24 * 60

function readEnd({ sch, all }: AppointmentSegments, start: Instant | null, zone: string) {
  const lengths: [Segment | undefined, number, number][] = [
    [all('AIS')[0], 7, 8],
    [sch, 9, 10],
  ]
  let durationMinutes: number | null = null
  for (const [segment, field, unit] of lengths) {
    const amount = Number(segment?.text(field) ?? Number.NaN)
    const minutes = Math.round(amount * (minutesPerUnit[segment?.text(unit)?.toUpperCase() ?? 'MIN'] ?? 1))
    if (Number.isFinite(minutes) && minutes > 0 && minutes <= longestMinutes) {
      durationMinutes = minutes
      break
    }
  }
  const said = instantOf(sch.text(11, 5), zone)
  const end = start === null ? null : durationMinutes === null ? said : start + durationMinutes * minuteMs
  return end !== null && start !== null && end > start ? { end, durationMinutes } : { end: null, durationMinutes }
}

function facilityOf({ all }: AppointmentSegments, { settings }: MessageContext): RecordReference | null {
  const place = (name: string, field: number) =>
    all(name)
      .map((segment) => facilityReference(segment, field, settings.facilityFrom))
      .find((each) => each !== null)
  return place('AIL', 3) ?? place('PV1', 3) ?? null
}

/** Those of the personnel segments that were not taken off again (action code D); else the attending doctor. */
function providersOf({ all }: AppointmentSegments): RecordReference[] {
  const people = all('AIP')
    .filter((aip) => aip.text(2)?.toUpperCase() !== 'D')
    .flatMap((aip) => providerReference(aip, 3) ?? [])
  const attending = () => all('PV1').flatMap((pv1) => providerReference(pv1, 7) ?? [])
  const unique = new Map((people.length > 0 ? people : attending()).map((each) => [each.externalId, each]))
  return [...unique.values()]
}

/** Words of tables 0276 and 0277 say how a visit was asked for, not what it is. */
const noTypes = new Set(['NORMAL', 'TENTATIVE', 'COMPLETE', 'ROUTINE', 'WALKIN', 'CHECKUP', 'FOLLOWUP', 'EMERGENCY'])

function typeOf({ sch, all }: AppointmentSegments): RecordReference | null {
  const candidates = [
    codedReference(sch, 8),
    ...all('AIS').map((ais) => codedReference(ais, 3)),
    codedReference(sch, 7),
  ]
  return candidates.find((type) => type !== null && !noTypes.has(type.externalId.toUpperCase())) ?? null
}
