import { lockCareEvent } from '../db/careEventLock.ts'
import { type AttemptChange, changeBoth, type DeliveryChange, type LedgerRow, lockDelivery } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import { markAddressInvalid, recordOptOut } from '../db/refusedAddress.ts'
import { type DeliveryEvent, isFinal, nextDeliveryState, type ProviderStatus, yieldsStep } from '../domain/delivery.ts'
import type { Instant } from '../domain/instant.ts'
import type { RefusalKind } from '../domain/providerErrors.ts'
import { firstReconcileAt, retryDelayMs, weighAbsence } from '../domain/retry.ts'
import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep, Step } from '../workflows/step.ts'
import type { Call } from './call.ts'
import type { FindOutcome, SendOutcome } from './channels/channel.ts'
import type { ActivityDeps } from './deps.ts'
import { failedSince, failureOf } from './failedSince.ts'
import { planNext } from './nextStep.ts'

type Refusal = Extract<SendOutcome, { outcome: 'refused' }>

/** What an answer does to the attempt and its delivery. */
interface Effect {
  attempt: AttemptChange
  event: DeliveryEvent
  delivery: DeliveryChange
}

const attemptOf = { sent: 'accepted', delivered: 'delivered', undelivered: 'undelivered', failed: 'failed' } as const

/** The second transaction of `deliver`: what the provider said, and the step that follows. */
export async function finish(
  deps: ActivityDeps,
  ref: CareEventRef,
  due: DueStep,
  call: Call,
  answer: SendOutcome | FindOutcome,
  now: Instant,
): Promise<Step | null> {
  const failure = 'providerId' in answer ? failureOf(answer) : null
  const write = async (tx: Tx): Promise<Step | null> => {
    const [, row] = await Promise.all([lockCareEvent(tx, ref.careEventId), lockDelivery(tx, call.deliveryId)])
    if (!row) throw new Error(`delivery ${call.deliveryId} is not in the ledger`)
    record(deps, tx, row, call, effectOf(deps, row, call, answer, now), now)
    if ('retry' in answer) await actOnRefusal(deps, tx, call, answer.retry, answer.code, now)
    if ('providerId' in answer && failure) await actOnRefusal(deps, tx, call, failure, answer.errorCode ?? '', now)
    return planNext(deps, tx, ref, due, now)
  }
  // Lost with the database's machine, it is as if we had died after the call: the attempt is open, the wake time is past,
  // and a provider that knows for certain what it has taken tells us so again.
  const durable = !('providerId' in answer && failure === null && isCertain(deps, call))
  return deps.database.inOrganization(ref.organizationId, write, { durable })
}

/** Whether the provider's word that it never had a message can be relied on. */
function isCertain(deps: ActivityDeps, { message: { channel } }: Call): boolean {
  return deps.channels[channel]?.channel.isCertain ?? false
}

function effectOf(
  deps: ActivityDeps,
  row: LedgerRow,
  call: Call,
  answer: SendOutcome | FindOutcome,
  now: Instant,
): Effect {
  if ('outcome' in answer) {
    if (answer.outcome === 'accepted') return failedSince(row, answer, now) ?? taken('accepted', answer, now)
    if (answer.outcome === 'refused') return refused(row, answer, now)
    deps.report({ event: 'outcomeUnknown', channel: call.message.channel, code: answer.code })
    return {
      attempt: { status: 'unknown', errorCode: answer.code },
      event: 'notKnown',
      delivery: {
        reason: 'outcomeUnknown',
        notBefore: firstReconcileAt(now, isCertain(deps, call)),
        reachedProvider: true,
      },
    }
  }
  if (answer.result === 'found')
    return failedSince(row, answer, now) ?? taken('reconciledFound', answer, row.attempt?.openedAt ?? now)
  return notFound(deps, row, call, answer, now)
}

function taken(
  event: 'accepted' | 'reconciledFound',
  answer: { providerId: string; status: ProviderStatus; errorCode: string | null },
  sentAt: Instant,
): Effect {
  return {
    attempt: { status: attemptOf[answer.status], providerId: answer.providerId, errorCode: answer.errorCode },
    // One that says at once that it arrived needs no report any more.
    event: answer.status === 'delivered' ? 'callbackDelivered' : event,
    delivery: { reason: null, notBefore: null, sentAt, reachedProvider: true, retries: 0 },
  }
}

function refused(row: LedgerRow, answer: Refusal, now: Instant): Effect {
  const attempt: AttemptChange = { status: 'refused', errorCode: answer.code }
  if (answer.retry === 'later') {
    const retries = row.retries + 1
    const notBefore = now + retryDelayMs(retries, answer.retryAfterMs)
    return { attempt, event: 'refusedRetryable', delivery: { reason: 'providerUnavailable', notBefore, retries } }
  }
  // The address or its consent is out: the next decision takes the next rung of the ladder, or finds none.
  if (answer.retry === 'permanent' || answer.retry === 'optOut')
    return { attempt, event: 'refusedFallback', delivery: { reason: 'providerRefused', notBefore: now, retries: 0 } }
  return { attempt, event: 'refusedPermanent', delivery: { reason: 'providerRefused', notBefore: null } }
}

function notFound(
  deps: ActivityDeps,
  row: LedgerRow,
  call: Call,
  answer: Exclude<FindOutcome, { result: 'found' }>,
  now: Instant,
): Effect {
  const facts = {
    attemptedAt: row.attempt?.openedAt ?? now,
    emptyAnswers: row.attempt?.absentAnswers ?? 0,
    checks: row.retries,
  }
  const weighed = weighAbsence(facts, answer.result, isCertain(deps, call), now)
  if (weighed.verdict === 'absent')
    return {
      attempt: { status: 'absent' },
      event: 'reconciledAbsent',
      delivery: { reason: null, notBefore: now, retries: 0, reachedProvider: false },
    }
  if (weighed.verdict === 'giveUp')
    return { attempt: { status: 'unknown' }, event: 'notKnown', delivery: { final: true, notBefore: null } }
  return {
    attempt: { status: 'unknown', absentAnswers: weighed.emptyAnswers },
    event: 'notKnown',
    delivery: { notBefore: weighed.at, retries: row.retries + 1 },
  }
}

/** A callback may have overtaken this answer: what it said of attempt and delivery is never taken back. */
function record(deps: ActivityDeps, tx: Tx, row: LedgerRow, call: Call, effect: Effect, now: Instant): void {
  const isOpen =
    row.attempt?.id === call.attemptId && (row.attempt.status === 'open' || row.attempt.status === 'unknown')
  const attempt: AttemptChange = isOpen
    ? effect.attempt
    : { status: row.attempt?.status ?? 'open', providerId: effect.attempt.providerId ?? null }
  const status = nextDeliveryState(row.status, effect.event)
  if (status === undefined) throw new Error(`a delivery that is ${row.status} met the event ${effect.event}`)
  const overtaken = !isOpen || isFinal(row.status)
  const { sentAt, reachedProvider } = effect.delivery
  const change: DeliveryChange = overtaken
    ? { ...(sentAt === undefined ? {} : { sentAt }), ...(reachedProvider ? { reachedProvider } : {}) }
    : { ...effect.delivery, final: effect.delivery.final ?? !yieldsStep(status) }
  const delivery = { id: row.id, change: { ...change, status } }
  changeBoth(tx, { id: call.attemptId, change: attempt }, delivery, now)
  if (isFinal(status) || status === 'sent') deps.report({ event: 'settled', status, reason: change.reason ?? null })
}

async function actOnRefusal(
  deps: ActivityDeps,
  tx: Tx,
  { message: { channel, to } }: Call,
  kind: RefusalKind,
  code: string,
  now: Instant,
): Promise<void> {
  deps.report({ event: 'providerRefused', channel, code, kind })
  if (kind === 'permanent') await markAddressInvalid(tx, channel, to, now)
  if (kind === 'optOut') await recordOptOut(tx, to, now)
}
