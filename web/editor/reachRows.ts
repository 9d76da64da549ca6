import type { CustomActionView } from '../../db/queries/customActions.ts'
import { type MessageSample, readReach } from '../../db/queries/reach.ts'
import { readStaffNames } from '../../db/queries/staff.ts'
import { typeTraits } from '../../domain/action.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { type ReasonCode, reasons } from '../../domain/reasons.ts'
import { one } from '../formData.ts'
import { isId } from '../routes/ids.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { type ActionForm, hiddenFields } from './form.ts'
import { reachQuestion } from './reach.ts'

const perPage = 100
/** As many as are ever judged one by one, each for several staff. */
const all = 100_000

/** The messages behind the figures of a reach, one by one: all, those that go out, or those with one reason not to. */
export async function reachRowsModel(visit: Visit, form: ActionForm, stored: CustomActionView | null) {
  const { tx, deps, organization, now } = visit
  const { horizonDays, question } = reachQuestion(visit, form, stored)
  if (question === null) return null
  const reach = await readReach(tx, await deps.configuration.read(tx), { ...question, samplesOfEach: all }, now)
  const asked = one(visit.form, 'reachRows')
  const found = [...reach.samples].sort(bySending).filter(shows(asked))
  const from = Math.min(Math.max(0, Number.parseInt(one(visit.form, 'rowsFrom'), 10) || 0), found.length)
  const shown = found.slice(from, from + perPage)
  const staff = await readStaffNames(
    tx,
    shown.flatMap(({ recipient }) => (isId(recipient) ? [recipient] : [])),
  )
  return {
    title: stored?.title ?? (form.title.trim() || 'New action'),
    horizonDays,
    kind: typeTraits[form.type].careEventKind,
    forStaff: form.recipient === 'staff',
    sampled: reach.exact ? null : { judged: reach.judged, of: reach.careEvents },
    shows: [
      { value: 'all', label: 'All', count: reach.samples.length, chosen: !isReason(asked) && asked !== 'sent' },
      { value: 'sent', label: 'Goes out', count: count(reach.samples, null), chosen: asked === 'sent' },
      ...reach.undeliverable.map(({ reason }) => ({
        value: reason,
        label: reasons[reason].sentence,
        count: count(reach.samples, reason),
        chosen: asked === reason,
      })),
    ],
    asked: asked || 'all',
    rows: shown.map((sample) => rowOf(sample, staff, organization.timeZone, now)),
    total: found.length,
    first: from + 1,
    last: from + shown.length,
    next: from + perPage < found.length ? from + perPage : null,
    back: from > 0,
    fields: [
      ...hiddenFields(form),
      { name: 'id', value: stored?.id ?? '' },
      { name: 'version', value: String(stored?.version ?? '') },
      { name: 'reachDays', value: String(horizonDays) },
    ],
  }
}

const isReason = (word: string): word is ReasonCode => Object.hasOwn(reasons, word)
const count = (samples: readonly MessageSample[], reason: ReasonCode | null) =>
  samples.filter((sample) => sample.reason === reason).length

function shows(asked: string): (sample: MessageSample) => boolean {
  if (asked === 'sent') return ({ reason }) => reason === null
  return isReason(asked) ? ({ reason }) => reason === asked : () => true
}

/** Those that go out first, the soonest first. */
function bySending(a: MessageSample, b: MessageSample): number {
  const [left, right] = [a, b].map(({ sendAt, dueAt, reason }) => `${reason === null ? 0 : 1} ${sendAt ?? dueAt ?? ''}`)
  return (left ?? '') < (right ?? '') ? -1 : left === right ? 0 : 1
}

function rowOf(
  { careEventId, patientName, recipient, dueAt, sendAt, reason }: MessageSample,
  staff: ReadonlyMap<string, string>,
  zone: Zone,
  now: Instant,
) {
  const written = (iso: string | null) => (iso === null ? null : writtenOut(Date.parse(iso), zone, now))
  return {
    href: `/care-events/${careEventId}`,
    who: patientName ?? 'Unnamed patient',
    staff: isId(recipient) ? (staff.get(recipient) ?? 'a staff member') : null,
    due: written(dueAt),
    sends: written(sendAt),
    why: reason === null ? null : reasons[reason].sentence,
  }
}
