import type { CareEventStatus } from '../../careEvent.ts'
import { bareCareEvent, type RecordReference } from '../normalForm.ts'
import { readCode } from './coded.ts'
import type { MessageContext } from './context.ts'
import { providerReference } from './identifier.ts'
import type { SideEvent, Visit } from './procedure.ts'
import type { Segment } from './segment.ts'
import { dateOf, timeOf } from './time.ts'

/** DG1-6 (table 0052): what is admitted for or worked on is a suspicion, and nobody is told of it. */
const suspected = new Set(['A', 'W'])

/** DG1. Its number is DG1-20, else patient, code and day; without a day of its own it counts from the message that first tells of it. */
export function readDiagnosis(
  dg1: Segment,
  patient: RecordReference,
  visit: Visit,
  context: MessageContext,
): SideEvent | null {
  const zone = context.zoneOf(visit.facility?.externalId ?? null)
  const said = timeOf(dg1.text(5), zone) ?? timeOf(dg1.text(19), zone)
  const code = readCode(dg1, 3, {
    wanted: ['icd10', 'icd9'],
    method: dg1.text(2),
    day: dateOf(dg1.text(5)),
    text: dg1.text(4),
  })
  const isVoid = dg1.text(21)?.toUpperCase() === 'D'
  const status: CareEventStatus = isVoid
    ? 'enteredInError'
    : suspected.has(dg1.text(6)?.toUpperCase() ?? '')
      ? 'inactive'
      : 'active'
  const by = providerReference(dg1, 16)
  return named(dg1, dg1.text(20), patient, code?.code ?? dg1.text(3), dateOf(dg1.text(5)), {
    ...bareCareEvent('diagnosis', status, patient),
    facility: visit.facility,
    providers: by === null ? visit.providers : [by],
    diagnosisDate:
      said ?? (context.version.lastUpdated === null ? null : { at: context.version.lastUpdated, byMessage: true }),
    codes: code === null ? [] : [code],
  })
}

/** PRB-14 and PRB-13, the life cycle of a problem, by what it begins with. */
const lifeCycle: readonly [RegExp, CareEventStatus][] = [
  [/^(deleted|entered.?in.?error|error)/i, 'enteredInError'],
  [/^(resolved|closed|cured)/i, 'resolved'],
  [/^(inactive|remission)/i, 'inactive'],
  [/^(ruled.?out|refuted)/i, 'refuted'],
]

/** PRB (PPR^PC1 to PC3): a problem of the list is a diagnosis from its establishment on. */
export function readProblem(
  prb: Segment,
  patient: RecordReference,
  visit: Visit,
  context: MessageContext,
): SideEvent | null {
  const zone = context.zoneOf(visit.facility?.externalId ?? null)
  const day = dateOf(prb.text(7)) ?? dateOf(prb.text(2))
  const code = readCode(prb, 3, { wanted: ['icd10', 'icd9'], day })
  const words = [prb.text(14), prb.text(14, 2), prb.text(13), prb.text(13, 2)].filter((word) => word !== null)
  const stands = lifeCycle.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1] ?? 'active'
  const isVoid = prb.text(1)?.toUpperCase() === 'DE' || context.trigger === 'PC3'
  return named(prb, prb.text(4), patient, code?.code ?? prb.text(3), day, {
    ...bareCareEvent('diagnosis', isVoid ? 'enteredInError' : stands, patient),
    facility: visit.facility,
    providers: visit.providers,
    diagnosisDate: timeOf(prb.text(7), zone) ?? timeOf(prb.text(2), zone),
    onset: timeOf(prb.text(16), zone),
    codes: code === null ? [] : [code],
  })
}

function named(
  segment: Segment,
  number: string | null,
  patient: RecordReference,
  code: string | null,
  day: string | null,
  content: SideEvent['content'],
): SideEvent | null {
  if (number !== null) return { externalId: `${segment.name}/${number}`, content }
  if (code === null) return segment.error(3, 'missing', 'has to say which diagnosis it is: a code')
  return {
    externalId: [segment.name, patient.externalId, code, day].filter((part) => part !== null).join('/'),
    content,
  }
}
