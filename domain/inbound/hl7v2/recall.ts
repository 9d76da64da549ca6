import type { CareEventStatus } from '../../careEvent.ts'
import { bareCareEvent, type RecordReference } from '../normalForm.ts'
import { codedReference } from './coded.ts'
import type { MessageContext } from './context.ts'
import { facilityReference, providerReference } from './identifier.ts'
import { titledName } from './name.ts'
import type { SideEvent } from './procedure.ts'
import type { Segment } from './segment.ts'
import { timeOf } from './time.ts'

/** RF1-1 (table 0283): accepted and pending ask the patient to come, rejected and expired ask nothing. */
const referralStatuses = new Map<string, CareEventStatus>([
  ['A', 'open'],
  ['P', 'open'],
  ['R', 'cancelled'],
  ['E', 'closed'],
])

/** The same in words, by what they begin with. */
const referralWords: readonly [RegExp, CareEventStatus][] = [
  [/^(accepted|approved|active|pending|open|new)/i, 'open'],
  [/^(canc|reject|denied|declin|void|delete)/i, 'cancelled'],
  [/^(expire|close|complete|fulfil)/i, 'closed'],
]

/** I14 calls a referral off, whatever its status was left at. */
function readReferralStatus(rf1: Segment, trigger: string): CareEventStatus {
  if (trigger === 'I14') return 'cancelled'
  const said = rf1.text(1) ?? rf1.text(1, 2) ?? 'P'
  const status = referralStatuses.get(said.toUpperCase()) ?? referralWords.find(([pattern]) => pattern.test(said))?.[1]
  if (status === undefined) rf1.warn(1, 'unknownCode', 'is no status that is known: the referral is read as open')
  return status ?? 'open'
}

/** REF I12 to I14: a referral is a recall to the one referred to, due when it takes effect (RF1-7), else when it was made. */
export function readReferral(
  rf1: Segment,
  providers: readonly Segment[],
  patient: RecordReference,
  context: MessageContext,
): SideEvent | null {
  const number = rf1.text(6) ?? rf1.text(11)
  if (number === null)
    return rf1.error(
      6,
      'missing',
      'has to say the number of the referral: a later version could not be told from a new one',
    )
  const withRole = (role: string) => providers.find((prd) => prd.repetitions(1).some((n) => prd.text(1, 1, n) === role))
  const [by, to] = [withRole('RP'), withRole('RT')]
  const facility = to ? facilityReference(to, 4, context.settings.facilityFrom) : null
  const zone = context.zoneOf(facility?.externalId ?? null)
  const name = to ? titledName(to, 2, 1, 1) : null
  const id = to?.text(7) ?? name
  return {
    externalId: `RF1/${number}`,
    content: {
      ...bareCareEvent('recall', readReferralStatus(rf1, context.trigger), patient),
      facility,
      providers: id === null || id === undefined ? [] : [{ externalId: id, identifier: null, display: name ?? id }],
      appointmentType: codedReference(rf1, 3) ?? codedReference(rf1, 10),
      dueDate: timeOf(rf1.text(7), zone) ?? timeOf(rf1.text(9), zone),
      origin: 'referral',
      referredBy: by ? titledName(by, 2, 1, 1) : null,
    },
  }
}

/** A recall in the source's own Z segment, whose fields its settings name. */
export function readRecallSegment(
  segment: Segment,
  patient: RecordReference,
  context: MessageContext,
): SideEvent | null {
  const { recallSegment, facilityFrom } = context.settings
  if (recallSegment === null) return null
  const { id, dueDate, type, provider, facility: place, status, closedWhen } = recallSegment
  const number = segment.text(id)
  if (number === null) return segment.error(id, 'missing', 'has to say the number of the recall')
  const facility = place === null ? null : facilityReference(segment, place, facilityFrom)
  const by = provider === null ? null : providerReference(segment, provider)
  const due = timeOf(segment.text(dueDate), context.zoneOf(facility?.externalId ?? null))
  if (due === null)
    segment.warn(dueDate, 'invalidDate', 'is no day such as 20260309: nothing is sent before it says one')
  const said = status === null ? null : segment.text(status)
  return {
    externalId: `${segment.name}/${number}`,
    content: {
      ...bareCareEvent('recall', said !== null && closedWhen.includes(said.toUpperCase()) ? 'closed' : 'open', patient),
      facility: facility ?? null,
      providers: by === null ? [] : [by],
      appointmentType: type === null ? null : codedReference(segment, type),
      dueDate: due,
      origin: 'recall',
    },
  }
}
