import type { CareEventReading, Configuration } from '../db/queries/facts.ts'
import { channelLadder } from '../domain/consent.ts'
import { reachable } from '../domain/eligibility.ts'
import type { DueVerdict } from '../domain/firstStep.ts'
import { localDate } from '../domain/time.ts'
import { facilityZone } from '../domain/zones.ts'
import type { Step } from '../workflows/step.ts'
import type { ActivityDeps } from './deps.ts'

/** The step of a verdict, as the workflow knows it. */
export function stepOf(
  deps: Pick<ActivityDeps, 'channels' | 'publicUrl'>,
  configuration: Configuration,
  reading: CareEventReading,
  verdict: DueVerdict,
): Step {
  const delivery = reading.decided.deliveries.find((each) => each.id === verdict.deliveryId)
  return {
    wakeAt: verdict.sendAt,
    actionId: verdict.actionId,
    recipient: verdict.recipient,
    waitsFor: delivery
      ? ({ claimed: 'retry', unknown: 'reconcile', sending: 'resume' }[delivery.status as string] ?? 'send')
      : 'send',
    queue: queueOf(deps, configuration, reading, verdict),
    deliveryId: verdict.deliveryId,
    state: delivery ? `${delivery.status}:${delivery.notBefore ?? ''}` : 'new',
    link: `${deps.publicUrl}/care-events/${reading.careEvent.id}`,
  }
}

/** A guess whose slots it will take, by the data of now; `deliver` uses whatever channel it then decides on. */
function queueOf(
  { channels }: Pick<ActivityDeps, 'channels'>,
  { organization, actions }: Configuration,
  { careEvent }: CareEventReading,
  verdict: DueVerdict,
): Step['queue'] {
  const action = actions.find(({ id }) => id === verdict.actionId)
  const recipient =
    verdict.recipient === 'patient'
      ? careEvent.patient
      : organization.staff.find(({ key }) => key === verdict.recipient)
  const day = localDate(facilityZone(careEvent, organization), verdict.sendAt)
  const points = action && recipient ? channelLadder(reachable(recipient, day), action, organization).points : []
  const first = points.find(({ channel }) => channels[channel] !== undefined)
  return ((first && channels[first.channel]) ?? channels.sms)?.queue ?? 'simulated'
}
