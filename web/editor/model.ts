import type { ActionGroupView } from '../../db/queries/actionGroups.ts'
import type { CustomActionView } from '../../db/queries/customActions.ts'
import { ruleNames } from '../../domain/action.ts'
import type { OrganizationSettings } from '../../domain/organization.ts'
import type { FieldError } from '../../domain/problem.ts'
import { squiggliesFor, squigglyFilters } from '../../domain/squigglies.ts'
import { ruleWords } from '../words/rules.ts'
import { actionMarks } from '../words/status.ts'
import { clockTime } from '../words/time.ts'
import { type ActionForm, emptyForm } from './form.ts'
import { pickers, type Resources } from './pickers.ts'
import { errorsByField, fieldProblems } from './problems.ts'

interface Parts {
  /** null for a new one. */
  stored: CustomActionView | null
  form: ActionForm
  errors: readonly FieldError[]
  groups: readonly ActionGroupView[]
  resources: Resources
  organization: OrganizationSettings
  savedState: string
  mayManage: boolean
  /** The fields differ from what is saved. */
  changed: boolean
}

/** Everything on the editor's left side. */
export function editorModel(parts: Parts) {
  const { stored, form, groups, organization } = parts
  const problems = fieldProblems(parts.errors)
  const errors = errorsByField(problems)
  const squigglies = squiggliesFor('appointment')
    .filter(({ secureOnly, recipients }) => !secureOnly && recipients.includes('patient'))
    .map(({ name, meaning, example }) => ({ name, meaning: meaning.replace(/\.$/, ''), example }))
  const moreErrors = ['channels.override', 'timing.maxLatenessMinutes', 'timing.acceptLateDays']
  const summary = moreSummary(form)
  return {
    id: stored?.id ?? '',
    version: stored?.version ?? '',
    isNew: stored === null,
    isActive: stored?.status === 'active',
    heading: stored?.title ?? 'New action',
    groupName: groups.find(({ id }) => id === stored?.groupId)?.name ?? null,
    mark: actionMarks[stored?.status ?? 'inactive'],
    savedState: parts.changed ? 'Changes not saved yet' : parts.savedState,
    unsaved: parts.changed ? 'changed' : 'same',
    action: stored ? `/actions/${stored.id}` : '/actions',
    problems,
    errors,
    groups,
    pickers: pickers(form, parts.resources, errors),
    squigglies,
    squiggliesJson: JSON.stringify(squigglies),
    filters: squigglyFilters,
    rules: ruleNames.map((value) => ({ value, label: ruleWords[value], chosen: form.skippedRules.includes(value) })),
    rulesSentence: quietSentence(organization),
    moreOpen: moreErrors.some((path) => errors[path] !== undefined),
    moreSummary: summary,
    mayManage: parts.mayManage,
  }
}

/** What under "More" differs from where every action begins. */
function moreSummary(form: ActionForm): string {
  const changed = [
    form.channel === emptyForm.channel ? null : 'by SMS',
    form.ifBlocked === emptyForm.ifBlocked ? null : 'skipped when blocked',
    form.ifMoved === emptyForm.ifMoved ? null : 'sent only once',
    form.maxLatenessMinutes === emptyForm.maxLatenessMinutes ? null : `at most ${form.maxLatenessMinutes} minutes late`,
    ['', '0'].includes(form.acceptLateDays) ? null : `up to ${form.acceptLateDays} days for late bookings`,
  ].filter((part) => part !== null)
  return changed.length > 0 ? changed.join(', ') : 'channel, lateness, moved appointments'
}

function quietSentence({ deliveryRules: { quietHours } }: OrganizationSettings): string {
  const { enabled, monday } = quietHours
  if (!enabled) return 'Quiet hours are switched off for the practice.'
  return monday ? `Quiet hours here are ${clockTime(monday.from)} to ${clockTime(monday.to)}.` : ''
}
