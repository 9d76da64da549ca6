import { changeDelivery, claimAndOpen, type LedgerRow, lockDelivery, recordSkip } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import { type CareEventReading, type Configuration, readCareEventFacts } from '../db/queries/facts.ts'
import { channelLadder } from '../domain/consent.ts'
import { decide } from '../domain/decide.ts'
import { nextDeliveryState } from '../domain/delivery.ts'
import { reachable } from '../domain/eligibility.ts'
import type { ActionFacts } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import { isSecure } from '../domain/phi.ts'
import { type ReasonCode, reasons } from '../domain/reasons.ts'
import { localDate } from '../domain/time.ts'
import type { TrailEntry, Verdict } from '../domain/verdict.ts'
import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep, Step } from '../workflows/step.ts'
import type { Call } from './call.ts'
import { compose } from './compose.ts'
import type { ActivityDeps } from './deps.ts'
import { planNext } from './nextStep.ts'
import { resume } from './resume.ts'

export type Begun = { call: Call } | { call: null; next: Step | null }

type ClaimableVerdict = Verdict & { occurrenceKey: string; recipient: string }

/** The first transaction of `deliver`: what to call, or the next step when there is nothing to call. */
export async function begin(deps: ActivityDeps, ref: CareEventRef, due: DueStep, now: Instant): Promise<Begun> {
  return deps.database.inOrganization(ref.organizationId, async (tx) => {
    const reading = await readCareEventFacts(tx, ref.careEventId, { lock: true })
    if (!reading) return { call: null, next: null }
    const configuration = await deps.configuration.read(tx, reading.configurationRevision)
    const existing = due.deliveryId === null ? null : await lockDelivery(tx, due.deliveryId)
    const call =
      existing && (existing.status === 'sending' || existing.status === 'unknown')
        ? await resume(deps, tx, existing, now)
        : await decideAndClaim(deps, tx, configuration, reading, due, existing, now)
    if (call) return { call }
    return { call: null, next: await planNext(deps, tx, ref, due, now) }
  })
}

async function decideAndClaim(
  deps: ActivityDeps,
  tx: Tx,
  configuration: Configuration,
  reading: CareEventReading,
  due: DueStep,
  existing: LedgerRow | null,
  now: Instant,
): Promise<Call | null> {
  const action = configuration.actions.find((each) => each.id === due.actionId)
  if (!action) return settle(tx, existing, 'actionDeleted', now)
  const { careEvent, decided } = reading
  const decision = decide(careEvent, action, due.recipient, configuration.organization, decided, now)
  const { verdict } = decision
  if (
    existing?.status === 'claimed' &&
    verdict.occurrenceKey !== null &&
    verdict.occurrenceKey !== existing.occurrenceKey
  )
    return settle(tx, existing, 'superseded', now)
  if (decision.outcome === 'postpone') {
    if (existing) await changeDelivery(tx, existing.id, { notBefore: decision.until }, now)
    return null
  }
  if (decision.outcome === 'skip') {
    const noRung = decision.reason === 'noContactPoint' || decision.reason === 'noConsent'
    if (existing?.status === 'claimed' && existing.attempt && noRung) return fail(tx, existing, now)
    if (!isClaimable(verdict)) return settle(tx, existing, decision.reason, now)
    return skip(tx, reading, action, verdict, decision.reason, now)
  }
  if (!isClaimable(verdict)) return null
  return claim(deps, tx, configuration, reading, action, verdict, now)
}

async function claim(
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
  if (isSecure(action.definition, careEvent)) return skip(tx, reading, action, verdict, 'secureUnavailable', now)
  const day = localDate(careEvent.facility?.zone ?? configuration.organization.timeZone, now)
  const ladder = channelLadder(reachable(recipient, day), action, configuration.organization)
  if (ladder.points.length === 0) return skip(tx, reading, action, verdict, ladder.reason ?? 'noContactPoint', now)
  const point = ladder.points.find(({ channel }) => deps.channels[channel] !== undefined)
  const setup = point && deps.channels[point.channel]
  if (!point || !setup) return skip(tx, reading, action, verdict, 'noProvider', now)
  const text = await compose(tx, careEvent, action, recipient, point)
  if ('reason' in text) return skip(tx, reading, action, verdict, text.reason, now, text.detail)
  const { composed } = text
  const statedStart = careEvent.start && 'at' in careEvent.start ? careEvent.start.at : null
  const claimed = await claimAndOpen(
    tx,
    {
      verdict: { ...verdict, trail: [...verdict.trail, { check: 'channel', saw: point.channel, result: 'passed' }] },
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
      },
    },
    now,
  )
  if (!claimed) return null
  return {
    kind: 'send',
    ...claimed,
    message: {
      ...claimed,
      channel: point.channel,
      to: point.address,
      subject: composed.subject,
      body: composed.body,
      statusCallbackUrl: setup.statusCallbackUrl(claimed.attemptId),
      validForSeconds: validFor(action, statedStart, now),
    },
  }
}

/** Ends a delivery that was ours to send and no longer is; what has left the house is not touched. */
async function settle(tx: Tx, existing: LedgerRow | null, reason: ReasonCode, now: Instant): Promise<null> {
  if (existing && nextDeliveryState(existing.status, 'skip') === 'skipped')
    await changeDelivery(
      tx,
      existing.id,
      { status: 'skipped', reason, final: reasons[reason].final, notBefore: null },
      now,
    )
  return null
}

/** The ladder ends: every channel was tried or is denied (Who and where). */
async function fail(tx: Tx, existing: LedgerRow, now: Instant): Promise<null> {
  const status = nextDeliveryState(existing.status, 'refusedPermanent') ?? existing.status
  await changeDelivery(tx, existing.id, { status, reason: 'providerRefused', final: true, notBefore: null }, now)
  return null
}

async function skip(
  tx: Tx,
  reading: CareEventReading,
  action: ActionFacts,
  verdict: ClaimableVerdict,
  reason: ReasonCode,
  now: Instant,
  detail: string = reasons[reason].sentence,
): Promise<null> {
  const entry: TrailEntry = { check: 'decision', saw: detail, result: 'skipped' }
  await recordSkip(
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

function isClaimable(verdict: Verdict): verdict is ClaimableVerdict {
  return verdict.occurrenceKey !== null && verdict.recipient !== null
}

/** Seconds that a carrier may try: as long as the news is fresh, and never into the visit for "before". */
function validFor(action: ActionFacts, start: Instant | null, now: Instant): number {
  const { maxLatenessMinutes, direction } = action.definition.timing
  const fresh = maxLatenessMinutes * 60
  const untilStart = direction === 'before' && start !== null ? Math.floor((start - now) / 1_000) : fresh
  return Math.min(Math.max(Math.min(fresh, untilStart), 60), 14_400)
}
