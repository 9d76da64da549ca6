import type { CustomActionView } from '../../db/queries/customActions.ts'
import { type CareEventReading, readCareEventFacts } from '../../db/queries/facts.ts'
import {
  listPreviewAppointments,
  type PreviewAppointment,
  readPreviewAppointment,
} from '../../db/queries/previewAppointments.ts'
import { type ActionDefinition, messageSchema } from '../../domain/action.ts'
import { checkTemplate } from '../../domain/checkTemplate.ts'
import type { ActionFacts, OrganizationFacts } from '../../domain/facts.ts'
import { dayMs, hourMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { plan } from '../../domain/plan.ts'
import { reasons } from '../../domain/reasons.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { type TrailRow, trailRows } from '../words/trail.ts'
import { draftDefinition, draftFacts } from './draft.ts'
import type { ActionForm } from './form.ts'
import { phoneText } from './phoneText.ts'
import { patientRules, timeLine } from './timeLine.ts'
import { whenSentence } from './whenSentence.ts'

interface Planned {
  appointment: PreviewAppointment
  reading: CareEventReading
  action: ActionFacts
  organization: OrganizationFacts
  verdict: Verdict
}
interface When {
  sentence: string
  timeLine: ReturnType<typeof timeLine> | null
  trail: TrailRow[]
}

/** How many appointments are planned for the list of next sends: enough to fill it, few enough to be quick. */
const looksAt = 24
const shows = 5

/** The editor's right side: the text on the phone, when this patient gets it, and who is next. */
export async function previewModel(
  visit: Visit,
  form: ActionForm,
  stored: CustomActionView | null,
  previewOf: string | null,
) {
  const definition = draftDefinition(form, stored)
  const planned = definition === null ? [] : await planAppointments(visit, definition, stored, previewOf)
  const chosen =
    planned.find(({ appointment }) => appointment.id === previewOf) ??
    planned.find(({ verdict }) => verdict.sendAt !== null) ??
    planned[0] ??
    null
  const problems = form.body.trim() === '' ? [] : templateProblems(form.body)
  return {
    problems,
    careEvents: planned.map(({ appointment }) => ({ id: appointment.id, label: labelOf(appointment, visit.now) })),
    /** Empty: whoever is next. */
    chosen: chosen !== null && chosen.appointment.id === previewOf ? previewOf : '',
    line: chosen && labelOf(chosen.appointment, visit.now),
    ...(await phoneText(visit, messageOf(form, definition, problems.length > 0), chosen)),
    when: chosen ? whenOf(chosen, visit.now) : null,
    next: nextSends(planned, visit.now, definition !== null),
  }
}

/** The message to show; null while there is no text, or one that is wrong. */
function messageOf({ body }: ActionForm, definition: ActionDefinition | null, isWrong: boolean) {
  if (isWrong || body.trim() === '') return null
  return definition?.message ?? messageSchema.parse({ body })
}

/** What is wrong with the text, with the name that was probably meant. */
export function templateProblems(body: string) {
  const { problems } = checkTemplate(body, { type: 'appointment', secure: false, recipientKind: 'patient' })
  return problems.map(({ message, line, column, suggestion }) => ({
    message,
    line,
    column,
    suggestion: suggestion ?? null,
    wrong: suggestion === undefined ? null : nameAt(body, line, column),
  }))
}

/** The dotted name that begins at a place of the text. */
function nameAt(body: string, line: number, column: number): string | null {
  const rest = (body.split('\n')[line - 1] ?? '').slice(column - 1)
  return /^[^\w]*([\w.]+)/.exec(rest)?.[1] ?? null
}

async function planAppointments(
  visit: Visit,
  definition: ActionDefinition,
  stored: CustomActionView | null,
  previewOf: string | null,
): Promise<Planned[]> {
  const { tx, now } = visit
  const found = await listPreviewAppointments(tx, firstStart(definition, now), looksAt)
  const wanted =
    previewOf !== null && !found.some(({ id }) => id === previewOf) ? await readPreviewAppointment(tx, previewOf) : null
  const { organization } = await visit.deps.configuration.read(tx)
  const action = draftFacts(definition, stored, now)
  const planned: Planned[] = []
  for (const appointment of wanted ? [wanted, ...found] : found) {
    const reading = await readCareEventFacts(tx, appointment.id)
    if (!reading) continue
    // Deliveries of other actions would only add verdicts of their own.
    const deliveries = reading.decided.deliveries.filter(({ actionId }) => actionId === action.id)
    const decided = { ...reading.decided, deliveries }
    const [verdict] = plan(reading.careEvent, [action], { ...organization, paused: false }, decided, now)
    if (verdict) planned.push({ appointment, reading, action, organization, verdict })
  }
  return planned
}

/** The earliest start whose message can still be ahead; a day of slack, because the rules move messages. */
function firstStart({ timing }: ActionDefinition, now: Instant): Instant {
  const unit = { days: dayMs, hours: hourMs, minutes: minuteMs }[timing.unit]
  const lead = timing.offset * unit
  return timing.direction === 'before' ? now + Math.max(0, lead - dayMs) : now - lead - dayMs
}

function whenOf({ action, organization, reading, verdict, appointment }: Planned, now: Instant): When {
  const { careEvent } = reading
  const { zone } = appointment
  const anchorAt = careEvent.start && 'at' in careEvent.start ? careEvent.start.at : null
  return {
    sentence: whenSentence(verdict, zone, now),
    timeLine:
      verdict.dueAt === null
        ? null
        : timeLine(
            { dueAt: verdict.dueAt, sendAt: verdict.sendAt, anchorAt },
            patientRules(action, careEvent, organization, now),
            zone,
            now,
          ),
    trail: trailRows(verdict.trail, zone, now),
  }
}

function labelOf({ patientName, startAt, zone, type }: PreviewAppointment, now: Instant): string {
  return `${patientName}, ${writtenOut(startAt, zone, now)}${type ? `, ${type}` : ''}`
}

function nextSends(planned: readonly Planned[], now: Instant, readable: boolean) {
  const items = planned
    .flatMap(({ appointment, verdict }) => (verdict.sendAt === null ? [] : [{ appointment, at: verdict.sendAt }]))
    .sort((a, b) => a.at - b.at)
    .slice(0, shows)
    .map(({ appointment, at }) => ({ who: appointment.patientName, when: writtenOut(at, appointment.zone, now) }))
  const [first] = planned.flatMap(({ verdict }) => (verdict.reason === null ? [] : [reasons[verdict.reason].sentence]))
  const empty = !readable
    ? 'Once the timing is complete, the next messages are listed here.'
    : planned.length === 0
      ? 'No appointment is booked that this could be about. As soon as the EHR sends one, it is listed here.'
      : `None of the next ${planned.length} appointments gets it.${first ? ` The soonest: ${first.charAt(0).toLowerCase()}${first.slice(1)}` : ''}`
  return {
    heading: 'Next sends',
    items,
    note: items.length > 0 ? 'If you saved and activated it now, over the appointments that come next.' : empty,
  }
}
