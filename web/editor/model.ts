import type { ActionGroupView } from '../../db/queries/actionGroups.ts'
import type { CustomActionView } from '../../db/queries/customActions.ts'
import { ruleNames, typeTraits } from '../../domain/action.ts'
import type { OrganizationSettings } from '../../domain/organization.ts'
import type { FieldError } from '../../domain/problem.ts'
import { ruleWords } from '../words/rules.ts'
import { actionMarks } from '../words/status.ts'
import { clockTime } from '../words/time.ts'
import { kindWords, typeWords } from '../words/types.ts'
import { type CodeNames, codesModel } from './codes.ts'
import type { ActionForm } from './form.ts'
import { moreModel } from './more.ts'
import { offersOf } from './offers.ts'
import { pickers, type Resources } from './pickers.ts'
import { errorsByField, fieldProblems } from './problems.ts'
import { recipientsModel, type StaffChoices } from './recipients.ts'
import { squiggliesModel } from './squigglies.ts'
import { textProblems } from './textProblems.ts'
import { textsModel } from './texts.ts'
import { timingModel } from './timing.ts'
import { typeNotes } from './typeChoices.ts'

interface Parts {
  /** null for a new one. */
  stored: CustomActionView | null
  form: ActionForm
  errors: readonly FieldError[]
  groups: readonly ActionGroupView[]
  resources: Resources
  codeNames: CodeNames
  staff: StaffChoices
  templates: readonly { id: string; name: string }[]
  organization: OrganizationSettings
  savedState: string
  mayManage: boolean
  isAdmin: boolean
  /** The fields differ from what is saved. */
  changed: boolean
}

/** Everything on the editor's left side. */
export function editorModel(parts: Parts) {
  const { stored, form, groups, organization } = parts
  const problems = fieldProblems(parts.errors)
  const errors = errorsByField(problems)
  const traits = typeTraits[form.type]
  const offers = offersOf(form.type)
  return {
    id: stored?.id ?? '',
    version: stored?.version ?? '',
    isNew: stored === null,
    isActive: stored?.status === 'active',
    heading: stored?.title ?? `New ${typeWords[form.type].toLowerCase()} action`,
    typeWord: typeWords[form.type],
    typeNote: typeNotes[form.type],
    isEnabled: organization.enabledActionTypes.includes(form.type),
    kind: kindWords[traits.careEventKind].toLowerCase(),
    groupName: groups.find(({ id }) => id === stored?.groupId)?.name ?? null,
    mark: actionMarks[stored?.status ?? 'inactive'],
    savedState: parts.changed ? 'Changes not saved yet' : parts.savedState,
    unsaved: parts.changed ? 'changed' : 'same',
    action: stored ? `/actions/${stored.id}` : '/actions',
    problems,
    errors,
    groups,
    offers,
    timing: timingModel(form),
    pickers: pickers(form, parts.resources, errors),
    codes: codesModel(form, errors, parts.codeNames),
    recipients: recipientsModel(form, parts.staff),
    usesTemplate: traits.usesTemplate,
    templates: parts.templates.map(({ id, name }) => ({ value: id, label: name, chosen: id === form.templateId })),
    phi: {
      byDefault: traits.containsPhiByDefault,
      mayClear: parts.isAdmin || !traits.containsPhiByDefault,
      asksReason: traits.containsPhiByDefault,
    },
    texts: textsModel(form.message, errors, textProblems(form)),
    squigglies: squiggliesModel(form),
    rules: ruleNames.map((value) => ({ value, label: ruleWords[value], chosen: form.skippedRules.includes(value) })),
    rulesSentence: quietSentence(organization),
    more: moreModel(form, offers, errors),
    mayManage: parts.mayManage,
  }
}

function quietSentence({ deliveryRules: { quietHours } }: OrganizationSettings): string {
  const { enabled, monday } = quietHours
  if (!enabled) return 'Quiet hours are switched off for the practice.'
  return monday ? `Quiet hours here are ${clockTime(monday.from)} to ${clockTime(monday.to)}.` : ''
}
