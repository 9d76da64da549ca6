import { completeReadings } from '../../db/queries/completeReadings.ts'
import { type CareEventReading, readCareEventFacts } from '../../db/queries/facts.ts'
import {
  listPreviewCareEvents,
  type PreviewCareEvent,
  readPreviewCareEvent,
} from '../../db/queries/previewCareEvents.ts'
import { type ActionDefinition, typeTraits } from '../../domain/action.ts'
import { asSaved } from '../../domain/asSaved.ts'
import type { ActionFacts, OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { Visit } from '../visit.ts'

/** One care event as the action on the screen would be planned for it, were it saved and activated now. */
export interface PlannedDraft {
  careEvent: PreviewCareEvent
  reading: CareEventReading
  action: ActionFacts
  organization: OrganizationFacts
  /** Of the first recipient who gets it, else of the first one. */
  verdict: Verdict
  verdicts: readonly Verdict[]
}

/** What an action that is not saved is called where facts need an id. */
const draftId = '00000000-0000-4000-8000-000000000000'
/** How many care events are planned for the list of next sends: enough to fill it, few enough to be quick. */
const looksAt = 24

/** The care events that come next, and the chosen one in front, each with the plan for an active definition. */
export async function planDraft(
  visit: Visit,
  definition: ActionDefinition,
  storedId: string | null,
  previewOf: string | null,
): Promise<PlannedDraft[]> {
  const { tx, now } = visit
  const { organization, actions } = await visit.deps.configuration.read(tx)
  const action = asSaved(actions.find(({ id }) => id === storedId) ?? null, storedId ?? draftId, definition, now)
  const kind = typeTraits[definition.type].careEventKind
  const found = await listPreviewCareEvents(tx, kind, firstAnchor(definition, now), looksAt)
  const isListed = found.some(({ id }) => id === previewOf)
  const wanted = previewOf !== null && !isListed ? await readPreviewCareEvent(tx, kind, previewOf) : null
  const planned: PlannedDraft[] = []
  for (const careEvent of wanted ? [wanted, ...found] : found) {
    const reading = await readCareEventFacts(tx, careEvent.id)
    if (!reading) continue
    // Deliveries of other actions would only add verdicts of their own.
    const deliveries = reading.decided.deliveries.filter(({ actionId }) => actionId === action.id)
    const [complete = reading] = await completeReadings(tx, [action], [reading])
    const decided = { ...complete.decided, deliveries }
    const verdicts = plan(reading.careEvent, [action], { ...organization, paused: false }, decided, now)
    const verdict = verdicts.find(({ sendAt }) => sendAt !== null) ?? verdicts[0]
    if (verdict) planned.push({ careEvent, reading, action, organization, verdict, verdicts })
  }
  return planned
}

/** The earliest anchor whose message can still be ahead; a day of slack, because the rules move messages. */
function firstAnchor({ timing }: ActionDefinition, now: Instant): Instant {
  const unit = { days: dayMs, hours: hourMs, minutes: minuteMs }[timing.unit]
  const lead = timing.offset * unit
  if (timing.anchor === 'created' || timing.anchor === 'updated') return now
  return timing.direction === 'before' ? now + Math.max(0, lead - dayMs) : now - lead - dayMs
}
