import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { withTemplateText } from '../../db/queries/templates.ts'
import { type ActionDefinition, messageSchema, typeTraits } from '../../domain/action.ts'
import { changesPlan } from '../../domain/actionEdit.ts'
import type { Instant } from '../../domain/instant.ts'
import { isSensitive } from '../../domain/phi.ts'
import type { Visit } from '../visit.ts'
import { writtenLocalDate, writtenOut } from '../words/time.ts'
import { type TrailRow, trailRows } from '../words/trail.ts'
import { draftDefinition } from './draft.ts'
import type { ActionForm } from './form.ts'
import { nextSends, type Saved } from './nextSends.ts'
import { phoneText, previewTabs } from './phoneText.ts'
import { type PlannedDraft, planDraft } from './plannedDraft.ts'
import { squiggliesModel } from './squigglies.ts'
import { fieldId, textFields } from './textFields.ts'
import { textProblems } from './textProblems.ts'
import { recipientRulesOf, timeLine } from './timeLine.ts'
import { whenSentence } from './whenSentence.ts'

interface When {
  sentence: string
  timeLine: ReturnType<typeof timeLine> | null
  trail: TrailRow[]
}

/** The editor's right side: the text on the phone, when this patient gets it, and who is next. */
export async function previewModel(
  visit: Visit,
  form: ActionForm,
  stored: CustomActionView | null,
  previewOf: string | null,
) {
  const { tx, now } = visit
  const draft = draftDefinition(form, stored)
  const definition = draft && (await withTemplateText(tx, draft))
  const planned = definition === null ? [] : await planDraft(visit, definition, stored?.id ?? null, previewOf)
  const chosen =
    planned.find(({ careEvent }) => careEvent.id === previewOf) ??
    planned.find(({ verdict }) => verdict.sendAt !== null) ??
    planned[0] ??
    null
  const problems = textProblems(form)
  const isWrong = Object.values(problems).some((each) => each.length > 0)
  const message = typeTraits[form.type].usesTemplate
    ? (definition?.message ?? null)
    : messageOf(form, definition, isWrong)
  const tabs = previewTabs(visit, definition, message)
  const forStaff = form.recipient === 'staff'
  const isMarked = form.secure || (message?.containsPhi ?? form.message.containsPhi)
  // Staff whom nobody matches have no name to show: better an example than the patient's.
  const shownTo = forStaff && chosen?.verdict.recipient === null ? null : chosen
  const secure = isMarked || (chosen !== null && isSensitive(chosen.reading.careEvent))
  return {
    /** A template's texts are written elsewhere: there is no field that could be marked. */
    hasTexts: !typeTraits[form.type].usesTemplate,
    problems: textFields(form.message).flatMap(({ path, hasSubject }) =>
      [...(hasSubject ? ['subject'] : []), 'body'].map((part) => ({
        id: fieldId(`${path}.${part}`),
        items: problems[`${path}.${part}`] ?? [],
      })),
    ),
    isWrong,
    forStaff,
    squigglies: squiggliesModel(form),
    tabs,
    careEvents: planned.map(({ careEvent }) => ({ id: careEvent.id, label: labelOf(careEvent, now) })),
    /** Empty: whoever is next. */
    chosen: chosen !== null && chosen.careEvent.id === previewOf ? previewOf : '',
    line: chosen && labelOf(chosen.careEvent, now),
    phone: await phoneText(visit, { type: form.type, message, secure, reader: form.recipient }, tabs, shownTo),
    when: chosen ? whenOf(chosen, now, forStaff) : null,
    next: nextSends(planned, now, definition !== null, typeTraits[form.type].careEventKind, savedAs(draft, stored)),
  }
}

/** Whether what is shown is what an active action does already. */
function savedAs(draft: ActionDefinition | null, stored: CustomActionView | null): Saved {
  if (stored?.status !== 'active') return 'inactive'
  return draft !== null && !changesPlan(definitionOf(stored), draft) ? 'activeAsShown' : 'activeOtherwise'
}

/** The message to show; null while there is no text, or one that is wrong. */
function messageOf({ message }: ActionForm, definition: ActionDefinition | null, isWrong: boolean) {
  if (isWrong || message.body.trim() === '') return null
  if (definition) return definition.message
  const { subject, body, containsPhi } = message
  return messageSchema.safeParse({ subject: subject || null, body, containsPhi }).data ?? null
}

function whenOf(
  { action, organization, reading, verdict, careEvent }: PlannedDraft,
  now: Instant,
  forStaff: boolean,
): When {
  const { zone, anchor } = careEvent
  return {
    sentence: whenSentence(verdict, zone, now, forStaff),
    timeLine:
      verdict.dueAt === null
        ? null
        : timeLine(
            { dueAt: verdict.dueAt, sendAt: verdict.sendAt, anchorAt: 'at' in anchor ? anchor.at : null },
            recipientRulesOf(action, reading.careEvent, organization, verdict.recipient, now),
            zone,
            now,
            anchorLabels[typeTraits[action.definition.type].careEventKind],
          ),
    trail: trailRows(verdict.trail, zone, now),
  }
}

const anchorLabels = { appointment: 'Visit', recall: 'Due date', procedure: 'Procedure', diagnosis: 'Diagnosis' }

function labelOf({ patientName, anchor, zone, about }: PlannedDraft['careEvent'], now: Instant): string {
  const when = 'at' in anchor ? writtenOut(anchor.at, zone, now) : writtenLocalDate(anchor.date)
  return `${patientName}, ${when}${about ? `, ${about}` : ''}`
}
