import { changeDelivery, type LedgerRow, lockDelivery } from '../db/ledger.ts'
import type { Tx } from '../db/orm.ts'
import { takePatientTurn } from '../db/patientTurn.ts'
import { completeReadings, outreachActions } from '../db/queries/completeReadings.ts'
import { type CareEventReading, type Configuration, readCareEventFacts } from '../db/queries/facts.ts'
import { sameDayActions } from '../db/queries/siblings.ts'
import { touchCareEventsOfPatient } from '../db/queries/touches.ts'
import { isTextRace } from '../db/sameText.ts'
import { decide } from '../domain/decide.ts'
import { nextDeliveryState } from '../domain/delivery.ts'
import type { Instant } from '../domain/instant.ts'
import { type ReasonCode, reasons } from '../domain/reasons.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep, Step } from '../workflows/step.ts'
import type { Call } from './call.ts'
import { type ClaimableVerdict, claim, skip } from './claim.ts'
import type { ActivityDeps } from './deps.ts'
import { planNext } from './nextStep.ts'
import { reissue } from './reissue.ts'
import { resume } from './resume.ts'

export type Begun = { call: Call } | { call: null; next: Step | null }

/** The first transaction of `deliver`: what to call, or the next step when there is nothing to call. */
export async function begin(deps: ActivityDeps, ref: CareEventRef, due: DueStep, now: Instant): Promise<Begun> {
  // Another care event sent the same text to the same address in this moment: asked again, this one follows it.
  return beginOnce(deps, ref, due, now).catch((error: unknown) => {
    if (isTextRace(error)) return beginOnce(deps, ref, due, now)
    throw error
  })
}

async function beginOnce(deps: ActivityDeps, ref: CareEventRef, due: DueStep, now: Instant): Promise<Begun> {
  return deps.database.inOrganization(ref.organizationId, async (tx) => {
    const reading = await readCareEventFacts(tx, ref.careEventId, { lock: true })
    if (!reading) return { call: null, next: null }
    const configuration = await deps.configuration.read(tx, reading.configurationRevision)
    const known = due.deliveryId === null ? null : await lockDelivery(tx, due.deliveryId)
    // One that shares the occurrence may be calling the provider at this moment: that is its workflow's to go on with.
    const existing = known?.careEventId === ref.careEventId ? known : null
    const call =
      existing && (existing.status === 'sending' || existing.status === 'unknown')
        ? await resume(deps, tx, existing, now)
        : existing?.status === 'claimed' && existing.reissue
          ? await reissue(deps, tx, configuration, reading, existing, now)
          : await decideAndClaim(
              deps,
              tx,
              configuration,
              await inTurn(tx, configuration, reading, due),
              due,
              existing,
              now,
            )
    if (call) return { call }
    return { call: null, next: await planNext(deps, tx, ref, due, now) }
  })
}

/**
 * What counts for each other is decided one after the other, so that two can't both lead a day, or both be the one that
 * a cap allows; each sees what the last one did.
 */
async function inTurn(
  tx: Tx,
  { actions }: Configuration,
  reading: CareEventReading,
  due: DueStep,
): Promise<CareEventReading> {
  const isOutreach = outreachActions(actions).some(({ id }) => id === due.actionId)
  if (isOutreach || sameDayActions(actions).length > 0) await takePatientTurn(tx, reading.careEvent.patient.id)
  const [complete] = await completeReadings(tx, actions, [reading])
  return complete ?? reading
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
    if (existing) changeDelivery(tx, existing.id, { notBefore: decision.until }, now)
    return null
  }
  if (decision.outcome === 'skip') {
    if (existing?.status === 'claimed' && !decision.final) await leaveToOthers(tx, reading, now)
    const noRung = decision.reason === 'noContactPoint' || decision.reason === 'noConsent'
    if (existing?.status === 'claimed' && noRung) return fail(tx, existing, now)
    if (!isClaimable(verdict)) return settle(tx, existing, decision.reason, now)
    return skip(tx, reading, action, verdict, decision.reason, now)
  }
  if (!isClaimable(verdict)) return null
  return claim(deps, tx, configuration, reading, action, verdict, now)
}

/**
 * Procedures and diagnoses share their message (Occurrence key): the others had found this one about to send it, and none
 * of them wakes for it any more.
 */
async function leaveToOthers(tx: Tx, { careEvent: { kind, patient } }: CareEventReading, now: Instant): Promise<void> {
  if (kind === 'procedure' || kind === 'diagnosis') await touchCareEventsOfPatient(tx, patient.id, now)
}

/** Ends a delivery that was ours to send and no longer is; what has left the house is not touched. */
function settle(tx: Tx, existing: LedgerRow | null, reason: ReasonCode, now: Instant): null {
  if (existing && nextDeliveryState(existing.status, 'skip') === 'skipped')
    changeDelivery(tx, existing.id, { status: 'skipped', reason, final: reasons[reason].final, notBefore: null }, now)
  return null
}

/** The ladder ends: every channel was tried or is denied (Who and where). */
function fail(tx: Tx, existing: LedgerRow, now: Instant): null {
  const status = nextDeliveryState(existing.status, 'refusedPermanent') ?? existing.status
  changeDelivery(tx, existing.id, { status, reason: 'providerRefused', final: true, notBefore: null }, now)
  return null
}

function isClaimable(verdict: Verdict): verdict is ClaimableVerdict {
  return verdict.occurrenceKey !== null && verdict.recipient !== null
}
