import { readImpact } from '../../db/queries/impact.ts'
import type { TemplateMessage, TemplateView } from '../../db/queries/templates.ts'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { sameContent } from '../../domain/actionEdit.ts'
import { impactModel } from '../editor/impact.ts'
import { phoneText, previewTabs } from '../editor/phoneText.ts'
import { type PlannedDraft, planDraft } from '../editor/plannedDraft.ts'
import { squiggliesModel } from '../editor/squigglies.ts'
import { fieldId, textFields } from '../editor/textFields.ts'
import { textProblems } from '../editor/textProblems.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { asAction, shownMessage, type TemplateForm } from './form.ts'

/** Some action that would send it a day before the visit: what a template says does not hang on when it goes out. */
const sender = {
  type: 'extraReminder',
  title: '-',
  status: 'active',
  recipients: { kind: 'patient' },
  timing: { offset: 1, unit: 'days', direction: 'before', anchor: 'start' },
}

/**
 * The text on the phone of a patient who has a visit ahead, what is wrong with it, field by field, and what a new text
 * does to the messages that wait.
 */
export async function templatePreview(
  visit: Visit,
  form: TemplateForm,
  stored: TemplateView | null,
  previewOf: string | null,
) {
  const action = asAction(form)
  const problems = textProblems(action)
  const isWrong = Object.values(problems).some((each) => each.length > 0)
  const message = isWrong ? null : shownMessage(form)
  const definition = actionDefinitionSchema.parse({ ...sender, message })
  const planned = await planDraft(visit, definition, null, previewOf)
  const chosen = planned.find(({ careEvent }) => careEvent.id === previewOf) ?? planned[0] ?? null
  const tabs = previewTabs(visit, definition, message)
  return {
    hasTexts: true,
    problems: textFields(form.message).flatMap(({ path, hasSubject }) =>
      [...(hasSubject ? ['subject'] : []), 'body'].map((part) => ({
        id: fieldId(`${path}.${part}`),
        items: problems[`${path}.${part}`] ?? [],
      })),
    ),
    isWrong,
    impact: stored && message && (await impactOf(visit, stored, message)),
    squigglies: squiggliesModel(action),
    tabs,
    careEvents: planned.map((one) => ({ id: one.careEvent.id, label: labelOf(one, visit.now) })),
    chosen: chosen !== null && chosen.careEvent.id === previewOf ? previewOf : '',
    phone: await phoneText(visit, { type: 'extraReminder', message, secure: form.message.containsPhi }, tabs, chosen),
  }
}

function labelOf({ careEvent }: PlannedDraft, now: number): string {
  const { anchor, patientName, zone } = careEvent
  return 'at' in anchor ? `${patientName}, ${writtenOut(anchor.at, zone, now)}` : patientName
}

/** null while the text is the one that is saved, and while no action sends it. */
async function impactOf({ tx, deps, organization, now }: Visit, stored: TemplateView, message: TemplateMessage) {
  if (stored.usedBy.length === 0 || sameContent(stored.message, message)) return null
  const edit = { kind: 'template', id: stored.id, message } as const
  return impactModel(await readImpact(tx, await deps.configuration.read(tx), edit, now), organization.timeZone, now)
}
