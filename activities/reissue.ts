import { changeDelivery, type LedgerRow } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import type { CareEventReading, Configuration } from '../db/queries/facts.ts'
import { openReissue, readReissued } from '../db/reissue.ts'
import { newSecureToken, secureTokenHash, storeSecureMessage } from '../db/secureMessages.ts'
import { channelLadder } from '../domain/consent.ts'
import { nextDeliveryState } from '../domain/delivery.ts'
import { reachable } from '../domain/eligibility.ts'
import type { Instant } from '../domain/instant.ts'
import type { ReasonCode } from '../domain/reasons.ts'
import { secureNotice } from '../domain/secureNotice.ts'
import { segments } from '../domain/smsSegments.ts'
import { localDate } from '../domain/time.ts'
import { facilityZone } from '../domain/zones.ts'
import type { Call } from './call.ts'
import type { ActivityDeps } from './deps.ts'

/** As long as a carrier may try: somebody is waiting for it. */
const validForSeconds = 14_400

/**
 * Sends a new link to a secure message that went out before (PHI: locked until staff reissue it). The content is the same;
 * who is reached, and whether they still consent, is read anew. No filter, rule or time is asked: a person decided it.
 */
export async function reissue(
  deps: ActivityDeps,
  tx: Tx,
  { organization }: Configuration,
  { careEvent }: CareEventReading,
  row: LedgerRow,
  now: Instant,
): Promise<Call | null> {
  const isPatient = row.recipient === 'patient'
  const recipient = isPatient ? careEvent.patient : organization.staff.find(({ key }) => key === row.recipient)
  const before = await readReissued(tx, row.id)
  if (!recipient || !before || (recipient.kind === 'staff' && !recipient.active))
    return fail(tx, row, 'noRecipient', now)
  if (recipient.kind === 'patient' && recipient.deceased) return fail(tx, row, 'patientDeceased', now)
  const day = localDate(facilityZone(careEvent, organization), now)
  const ladder = channelLadder(reachable(recipient, day), before.action, organization)
  const point = ladder.points.find(({ channel }) => deps.channels[channel] !== undefined)
  const setup = point && deps.channels[point.channel]
  if (!point || !setup) return fail(tx, row, ladder.reason ?? 'noProvider', now)
  const { channel, address } = point
  const token = newSecureToken(channel)
  const { publicUrl, encryption } = deps
  const reader = isPatient ? 'patient' : 'staff'
  const facts = {
    practice: organization.name,
    publicUrl,
    token,
    channel,
    language: recipient.language,
    reader,
  } as const
  const { subject, body } = secureNotice(facts)
  const notice = {
    channel,
    provider: setup.channel.provider,
    address: encryption.encrypt(address),
    addressHash: encryption.blindIndex(address),
    subject: subject === null ? null : encryption.encrypt(subject),
    text: encryption.encrypt(body),
    segments: channel === 'sms' ? segments(body).segments : null,
  }
  const attemptId = await openReissue(tx, row.id, notice, now)
  const content = {
    deliveryId: row.id,
    patientId: isPatient ? careEvent.patient.id : null,
    staffMemberId: isPatient ? null : row.recipient,
    tokenHash: await secureTokenHash(token),
    subject: before.subject,
    body: before.body,
  }
  await storeSecureMessage(tx, content, now)
  const ids = { deliveryId: row.id, attemptId }
  const statusCallbackUrl = setup.statusCallbackUrl(attemptId)
  return {
    kind: 'send',
    ...ids,
    message: {
      ...{ organizationId: tx.organizationId, ...ids, channel, to: address },
      ...{ subject, body, statusCallbackUrl, validForSeconds },
    },
  }
}

function fail(tx: Tx, row: LedgerRow, reason: ReasonCode, now: Instant): null {
  const status = nextDeliveryState(row.status, 'refusedPermanent') ?? row.status
  changeDelivery(tx, row.id, { status, reason, final: true, notBefore: null }, now)
  return null
}
