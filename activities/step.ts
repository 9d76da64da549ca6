import type { CareEventReading } from '../db/queries/facts.ts'
import type { DueVerdict } from '../domain/firstStep.ts'
import type { Step } from '../workflows/step.ts'
import type { ActivityDeps } from './deps.ts'

/** The step of a verdict, as the workflow knows it. */
export function stepOf(deps: ActivityDeps, reading: CareEventReading, verdict: DueVerdict): Step {
  const delivery = reading.decided.deliveries.find((each) => each.id === verdict.deliveryId)
  return {
    wakeAt: verdict.sendAt,
    actionId: verdict.actionId,
    recipient: verdict.recipient,
    waitsFor: delivery
      ? ({ claimed: 'retry', unknown: 'reconcile', sending: 'resume' }[delivery.status as string] ?? 'send')
      : 'send',
    queue: queueOf(deps, reading, verdict),
    deliveryId: verdict.deliveryId,
    state: delivery ? `${delivery.status}:${delivery.notBefore ?? ''}` : 'new',
    link: `${deps.publicUrl}/care-events/${reading.careEvent.id}`,
  }
}

/** A guess whose slots it will take; `deliver` uses whatever channel it then decides on. */
function queueOf(deps: ActivityDeps, reading: CareEventReading, verdict: DueVerdict): Step['queue'] {
  const points = verdict.recipient === 'patient' ? reading.careEvent.patient.contactPoints : []
  const channel = points[0]?.channel ?? 'sms'
  return (deps.channels[channel] ?? deps.channels.sms)?.queue ?? 'simulated'
}
