import { type Claim, claimAndOpen, recordSkip } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import type { CareEventReading, Configuration } from '../db/queries/facts.ts'
import { followText, textHashOf } from '../db/sameText.ts'
import { newSecureToken, secureTokenHash, storeSecureMessage } from '../db/secureMessages.ts'
import type { TextChannel } from '../domain/action.ts'
import { channelLadder } from '../domain/consent.ts'
import { reachable } from '../domain/eligibility.ts'
import { emailHtml } from '../domain/emailHtml.ts'
import type { ActionFacts } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import { isSecure } from '../domain/phi.ts'
import { type ReasonCode, reasons } from '../domain/reasons.ts'
import { localDate } from '../domain/time.ts'
import type { TrailEntry, Verdict } from '../domain/verdict.ts'
import { facilityZone } from '../domain/zones.ts'
import type { Call } from './call.ts'
import { compose } from './compose.ts'
import type { ActivityDeps } from './deps.ts'

/** A verdict that has an occurrence and somebody to send it to. */
export type ClaimableVerdict = Verdict & { occurrenceKey: string; recipient: string }

/** Chooses the channel, writes the text, claims the delivery and opens its attempt; null when it was skipped instead. */
export async function claim(
  deps: ActivityDeps,
  tx: Tx,
  configuration: Configuration,
  reading: CareEventReading,
  action: ActionFacts,
  verdict: ClaimableVerdict,
  now: Instant,
): Promise<Call | null> {
  const { careEvent } = reading
  const recipient =
    verdict.recipient === 'patient'
      ? careEvent.patient
      : configuration.organization.staff.find((each) => each.key === verdict.recipient)
  if (!recipient) return skip(tx, reading, action, verdict, 'noRecipient', now)
  const day = localDate(facilityZone(careEvent, configuration.organization), now)
  const ladder = channelLadder(reachable(recipient, day), action, configuration.organization)
  if (ladder.points.length === 0) return skip(tx, reading, action, verdict, ladder.reason ?? 'noContactPoint', now)
  const point = ladder.points.find(({ channel }) => deps.channels[channel] !== undefined)
  const setup = point && deps.channels[point.channel]
  if (!point || !setup) return skip(tx, reading, action, verdict, 'noProvider', now)
  const token = isSecure(action.definition, careEvent) ? newSecureToken(point.channel) : null
  const link = token === null ? null : { publicUrl: deps.publicUrl, token }
  const listed = action.definition.sameDay === 'list' ? (verdict.sameDay?.careEventIds ?? null) : null
  const text = await compose(deps, tx, careEvent, action, recipient, point, link, { listed, now })
  if ('reason' in text) return skip(tx, reading, action, verdict, text.reason, now, text.detail)
  const { composed } = text
  const statedStart = careEvent.start && 'at' in careEvent.start ? careEvent.start.at : null
  const asked: Claim = {
    verdict: { ...verdict, trail: [...verdict.trail, ...trailOf(point.channel, token !== null)] },
    actionVersion: action.version,
    careEventId: careEvent.id,
    patientId: careEvent.patient.id,
    statedStartAt: statedStart,
    message: {
      channel: point.channel,
      provider: setup.channel.provider,
      address: deps.encryption.encrypt(point.address),
      addressHash: deps.encryption.blindIndex(point.address),
      language: composed.language,
      subject: composed.subject === null ? null : deps.encryption.encrypt(composed.subject),
      text: deps.encryption.encrypt(composed.body),
      segments: composed.segments,
      textHash: textHashOf(deps.encryption, composed),
      day,
      secure: token !== null,
    },
  }
  const claimed = await claimAndOpen(tx, asked, now)
  if (!claimed) {
    await followText(tx, asked, now)
    return null
  }
  if (composed.content && token !== null) {
    const { subject, body } = composed.content
    const content = {
      deliveryId: claimed.deliveryId,
      patientId: verdict.recipient === 'patient' ? careEvent.patient.id : null,
      staffMemberId: verdict.recipient === 'patient' ? null : verdict.recipient,
      tokenHash: await secureTokenHash(token),
      subject: subject === null ? null : deps.encryption.encrypt(subject),
      body: deps.encryption.encrypt(body),
    }
    await storeSecureMessage(tx, content, now)
  }
  return {
    kind: 'send',
    ...claimed,
    message: {
      organizationId: tx.organizationId,
      ...claimed,
      channel: point.channel,
      to: point.address,
      subject: composed.subject,
      body: composed.body,
      ...(point.channel === 'email' && { html: emailHtml(composed) }),
      statusCallbackUrl: setup.statusCallbackUrl(claimed.attemptId),
      validForSeconds: validFor(action, statedStart, now),
    },
  }
}

function trailOf(channel: TextChannel, secure: boolean): TrailEntry[] {
  const chosen: TrailEntry = { check: 'channel', saw: channel, result: 'passed' }
  return secure
    ? [chosen, { check: 'secure', saw: 'a secure message: only a link goes out', result: 'noted' }]
    : [chosen]
}

/** Records that the message is not sent, and why. */
export function skip(
  tx: Tx,
  reading: CareEventReading,
  action: ActionFacts,
  verdict: ClaimableVerdict,
  reason: ReasonCode,
  now: Instant,
  detail: string = reasons[reason].sentence,
): null {
  const entry: TrailEntry = { check: 'decision', saw: detail, result: 'skipped' }
  recordSkip(
    tx,
    {
      verdict: { ...verdict, trail: [...verdict.trail, entry] },
      actionVersion: action.version,
      careEventId: reading.careEvent.id,
      patientId: reading.careEvent.patient.id,
      reason,
      final: reasons[reason].final,
    },
    now,
  )
  return null
}

/** Seconds that a carrier may try: as long as the news is fresh, and never into the visit for "before". */
function validFor(action: ActionFacts, start: Instant | null, now: Instant): number {
  const { maxLatenessMinutes, direction } = action.definition.timing
  const fresh = maxLatenessMinutes * 60
  const untilStart = direction === 'before' && start !== null ? Math.floor((start - now) / 1_000) : fresh
  return Math.min(Math.max(Math.min(fresh, untilStart), 60), 14_400)
}
