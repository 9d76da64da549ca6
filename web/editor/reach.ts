import type { CustomActionView } from '../../db/queries/customActions.ts'
import { type MessageSample, type Reach, reachDefaults, readReach } from '../../db/queries/reach.ts'
import { typeTraits } from '../../domain/action.ts'
import type { CareEventKind } from '../../domain/careEvent.ts'
import { definitionProblems } from '../../domain/checkDefinition.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { reasons } from '../../domain/reasons.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { barsOf } from './bars.ts'
import { draftDefinition } from './draft.ts'
import type { ActionForm } from './form.ts'

const horizons = [30, 90, 180, 365]
/** What is asked about the action on the screen; null while the form has no shape. */
export function reachQuestion({ form: fields }: Visit, form: ActionForm, stored: CustomActionView | null) {
  const asked = Number(one(fields, 'reachDays'))
  const horizonDays = horizons.includes(asked) ? asked : reachDefaults.horizonDays
  const definition = draftDefinition(form, stored)
  const isWhole =
    definition !== null &&
    definitionProblems(definition, { isAdmin: true }).every(({ path }) => /^(message|templateId|channels)/.test(path))
  const { judgeAtMost } = reachDefaults
  return {
    horizonDays,
    question: isWhole ? { definition, actionId: stored?.id ?? null, horizonDays, judgeAtMost } : null,
  }
}

/** Who would get the action on the screen, were it saved and active now. */
export async function reachModel(visit: Visit, form: ActionForm, stored: CustomActionView | null) {
  const { tx, deps, organization, now } = visit
  const { horizonDays, question } = reachQuestion(visit, form, stored)
  const reach = question && (await readReach(tx, await deps.configuration.read(tx), question, now))
  return {
    definition: question?.definition ?? null,
    forStaff: form.recipient === 'staff',
    horizons: horizons.map((days) => ({ days, chosen: days === horizonDays })),
    figures: reach && figures(reach, typeTraits[form.type].careEventKind, organization.timeZone, now, horizonDays),
  }
}

function figures(reach: Reach, kind: CareEventKind, zone: Zone, now: Instant, horizonDays: number) {
  const { deliverable, undeliverable, byDay, estimatedPerWeek, samples } = reach
  const cannot = undeliverable.reduce((sum, { count }) => sum + count, 0)
  return {
    deliverable,
    cannot,
    patients: reach.patients,
    staff: reach.staff,
    careEvents: reach.careEvents,
    kind,
    undeliverable: undeliverable.map(({ reason, count }) => ({ reason, count, sentence: reasons[reason].sentence })),
    bars: byDay.length > 0 ? barsOf(byDay, horizonDays, zone, now) : null,
    perWeek: estimatedPerWeek === null ? null : Math.round(estimatedPerWeek * 10) / 10,
    sampled: reach.exact ? null : reach.judged,
    samples: samples.map((sample) => sampleRow(sample, zone, now)),
  }
}

export function sampleRow(
  { careEventId, patientName, recipient, sendAt, reason }: MessageSample,
  zone: Zone,
  now: Instant,
) {
  const who = patientName ?? 'Unnamed patient'
  return {
    href: `/care-events/${careEventId}`,
    who: recipient === null || recipient === 'patient' ? who : `Staff, about ${who}`,
    says:
      sendAt === null ? (reason === null ? '' : reasons[reason].sentence) : writtenOut(Date.parse(sendAt), zone, now),
  }
}
