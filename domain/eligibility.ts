import { adolescentAge, adultAge, agesOn } from './age.ts'
import { channelLadder } from './consent.ts'
import type { ActionFacts, CareEventFacts, OrganizationFacts, PatientFacts, StaffFacts } from './facts.ts'
import type { LocalDate } from './instant.ts'
import { isSecure, isSensitive } from './phi.ts'
import type { ReasonCode } from './reasons.ts'
import { recipientAs } from './recipients.ts'
import { parseDate } from './time.ts'
import type { TrailEntry } from './verdict.ts'

export interface Eligibility {
  reason: ReasonCode | null
  trail: TrailEntry[]
}

/**
 * Whether a recipient may be written to at all (Who and where, Consent): patient alive, active and not muted, minors,
 * birth date (staff: a sign-in) for a secure message, and a contact point that consent allows. `day` is the local day of
 * the message.
 */
export function eligibility(
  recipient: PatientFacts | StaffFacts,
  action: ActionFacts,
  careEvent: CareEventFacts,
  organization: OrganizationFacts,
  day: LocalDate,
): Eligibility {
  const { patient } = careEvent
  const trail: TrailEntry[] = []
  let reason: ReasonCode | null = null
  const add = (check: string, wanted: string, saw: string, failed: ReasonCode | null) => {
    trail.push({ check, wanted, saw, result: failed ? 'failed' : 'passed' })
    reason ??= failed
  }
  if (recipient.kind === 'staff') {
    add('recipient', 'staff', recipientAs(action.definition.recipients, recipient, careEvent), null)
    if (isSecure(action.definition, careEvent)) {
      const saw = recipient.signsIn ? 'a user is linked' : 'no user is linked'
      add('signIn', 'able to sign in, to open a secure message', saw, recipient.signsIn ? null : 'noSignIn')
    }
  }
  const state = patient.deceased ? 'deceased' : patient.active ? 'active' : 'not active'
  add('patient', 'active', state, patient.deceased ? 'patientDeceased' : patient.active ? null : 'patientInactive')
  if (recipient.kind === 'patient') {
    if (patient.muted) add('muted', 'not muted', 'muted', 'patientMuted')
    const ages = agesOn(patient, day)
    if (ages !== null && ages.least < adultAge) {
      const needsReview = ages.most >= adolescentAge && mentionsHealth(action, careEvent) && !organization.minorReview
      add('minor', 'no health information to ages 12 to 17', 'a minor', needsReview ? 'minorReview' : null)
    }
    if (isSecure(action.definition, careEvent)) {
      const known = patient.birthDate !== null && parseDate(patient.birthDate) !== null
      add('birthDate', 'known, to open a secure message', known ? 'known' : 'not known', known ? null : 'noBirthDate')
    }
  }
  const ladder = channelLadder(reachable(recipient, day), action, organization)
  const order = action.definition.channels.override
  const wanted = order === null ? "the recipient's own order" : `${order.join(', ')} first`
  const channels = ladder.points.map((point) => point.channel).join(', ')
  const saw = channels || (ladder.reason === 'noConsent' ? 'opted out, or not opted in' : 'no contact point')
  add('channels', wanted, saw, ladder.reason)
  return { reason, trail }
}

/** Procedures, diagnoses, and what the practice marked sensitive. */
function mentionsHealth(action: ActionFacts, careEvent: CareEventFacts): boolean {
  return action.definition.type === 'procedure' || action.definition.type === 'diagnosis' || isSensitive(careEvent)
}

/** A minor's messages go to the guardian's contact points (Who and where); the chart's own where no guardian is known. */
export function reachable<T extends PatientFacts | StaffFacts>(recipient: T, day: LocalDate): T {
  if (recipient.kind !== 'patient' || !recipient.guardianContactPoints?.length) return recipient
  const ages = agesOn(recipient, day)
  return ages !== null && ages.least < adultAge
    ? { ...recipient, contactPoints: recipient.guardianContactPoints }
    : recipient
}
