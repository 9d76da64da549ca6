/** Why a message was not sent, or not yet: a closed list, one sentence each. `final` means the occurrence is settled by it. */
export const reasons = {
  actionInactive: { final: false, sentence: 'The action is not active.' },
  actionDeleted: { final: false, sentence: 'The action was deleted.' },
  typeDisabled: { final: false, sentence: 'This type of action is switched off for the organization.' },
  organizationPaused: { final: false, sentence: 'The organization has paused all messages.' },
  resourceKindDisabled: {
    final: false,
    sentence: 'This kind of practice resource is switched off for the organization.',
  },
  facilityDisabled: { final: false, sentence: 'The facility is switched off.' },
  providerDisabled: { final: false, sentence: 'None of the providers is switched on.' },
  appointmentTypeDisabled: { final: false, sentence: 'The appointment type is switched off.' },
  wrongKind: { final: false, sentence: 'The action is for another kind of care event.' },
  filterFacility: { final: false, sentence: 'The facility is not among those the action asks for.' },
  filterProvider: { final: false, sentence: 'None of the providers is among those the action asks for.' },
  filterAppointmentType: { final: false, sentence: 'The appointment type is not among those the action asks for.' },
  filterStatus: { final: false, sentence: 'The status is not among those the action asks for.' },
  filterConfirmation: { final: false, sentence: 'The confirmation is not among those the action asks for.' },
  filterCode: { final: false, sentence: 'None of the codes is among those the action asks for.' },
  careEventDeleted: { final: false, sentence: 'The EHR deleted the care event or entered it in error.' },
  cancelRequested: { final: false, sentence: 'The patient asked to cancel, which stops messages before the visit.' },
  recallFulfilled: { final: false, sentence: 'An appointment for this recall is booked or was kept.' },
  noAnchor: { final: false, sentence: 'The date that the timing counts from is missing.' },
  noRecipient: { final: false, sentence: 'Nobody matches the recipients of the action.' },
  patientInactive: { final: false, sentence: 'The patient is not active.' },
  patientDeceased: { final: false, sentence: 'The patient is deceased.' },
  patientMuted: { final: false, sentence: 'Messages to this patient are muted.' },
  minorReview: { final: false, sentence: 'The patient is a minor and this message needs a review first.' },
  suppressed: { final: false, sentence: 'Somebody at the practice cancelled this message.' },
  beforeActivation: { final: true, sentence: 'It was due before the action was activated.' },
  recordedTooLate: { final: true, sentence: 'The care event was recorded after the message was due.' },
  tooLate: { final: true, sentence: 'It could not be sent in time, and is later than the action accepts.' },
  anchorPassed: { final: true, sentence: 'The appointment had already begun.' },
  blockedQuietHours: { final: false, sentence: 'Quiet hours left no time to send it.' },
  blockedSundays: { final: false, sentence: 'The Sunday rule left no time to send it.' },
  blockedHolidays: { final: false, sentence: 'Holidays or closures left no time to send it.' },
  blockedRecentEdit: { final: false, sentence: 'The action was edited too shortly before.' },
  blockedTimeOfDay: {
    final: false,
    sentence: 'The time of day is not before the appointment, and no earlier day was left.',
  },
  noContactPoint: { final: false, sentence: 'There is no phone number or address for the channels of this action.' },
  noProvider: { final: true, sentence: 'No provider is set up for any channel of this message.' },
  noConsent: { final: false, sentence: 'The recipient has opted out of every channel of this action.' },
  noBirthDate: { final: false, sentence: 'A secure message needs the birth date, which is not known.' },
  noSignIn: {
    final: false,
    sentence: 'Staff open a secure message by signing in, and no user is linked to this staff member.',
  },
  missingValue: { final: true, sentence: 'The text needs a value that is not known.' },
  phiInPlainText: { final: true, sentence: 'The text would show health information without being a secure message.' },
  superseded: { final: false, sentence: 'The care event moved, and another message took its place.' },
  templateError: { final: true, sentence: 'The text of the action could not be rendered.' },
  sentBeforeMove: { final: true, sentence: 'It was sent for the earlier time and is sent only once.' },
  alreadySent: { final: true, sentence: 'It was sent already.' },
  mergedInto: { final: false, sentence: 'Another message of the same day says it.' },
  dailyCap: { final: false, sentence: 'The recipient had as many messages as one day allows.' },
  providerRefused: { final: true, sentence: 'The provider refused the message.' },
  providerUnavailable: { final: false, sentence: 'The provider could not be reached; it is tried again.' },
  outcomeUnknown: {
    final: false,
    sentence: 'The provider did not say whether it took the message; it is being checked.',
  },
  resolvedByHand: { final: true, sentence: 'Somebody at the practice settled it by hand.' },
} as const satisfies Record<string, { final: boolean; sentence: string }>

export type ReasonCode = keyof typeof reasons

/** Whether a message was due while we could have known of it, and did not go out: the ledger tells of each (Late). */
export function isMissed(reason: ReasonCode | null): reason is 'tooLate' | 'anchorPassed' {
  return reason === 'tooLate' || reason === 'anchorPassed'
}
