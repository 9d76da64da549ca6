import type { ActionDefinition } from '../../domain/action.ts'
import { channelWords } from '../deliveries/list.ts'
import { ruleWords } from '../words/rules.ts'
import { timingSentence } from '../words/timing.ts'
import { chosenLabels } from './choices.ts'
import { codesModel } from './codes.ts'
import type { ActionForm } from './form.ts'
import { offersOf } from './offers.ts'
import { pickers, type Resources } from './pickers.ts'
import { recipientsModel, type StaffChoices } from './recipients.ts'
import { textFields } from './textFields.ts'

interface Surroundings {
  groups: readonly { id: string; name: string }[]
  templates: readonly { id: string; name: string }[]
  resources: Resources
  staff: StaffChoices
}

/** A form's settings in the editor's words, by their name there; `definition` is null while it has no shape. */
export function describeForm(
  form: ActionForm,
  definition: ActionDefinition | null,
  { groups, templates, resources, staff }: Surroundings,
): Map<string, string> {
  const offers = offersOf(form.type)
  const codes = codesModel(form, {})
  const ladder = form.channelOrder.map((name) => channelWords[name] ?? name).join(', then ')
  const rules = form.skippedRules.map((rule) => ruleWords[rule as keyof typeof ruleWords])
  return new Map([
    ['Title', form.title],
    ['Group', groups.find(({ id }) => id === form.groupId)?.name ?? 'No group'],
    ['When', definition ? timingSentence(definition.timing) : `${form.offset} ${form.unit} ${form.direction}`],
    ...pickers(form, resources, {}).map(({ label, chosen }): [string, string] => [label, chosen]),
    ...(codes
      ? [['Codes', codes.mode === 'any' ? codes.any : codes.chosen.map(({ code }) => code).join(', ')] as const]
      : []),
    ['Recipients', recipientWords(form, staff)],
    ['Template', templates.find(({ id }) => id === form.templateId)?.name ?? 'none'],
    ...textFields(form.message)
      .filter(({ isWritten }) => isWritten)
      .flatMap(({ name, text }): [string, string][] => [
        [name === '' ? 'Subject' : `${name} subject`, text.subject],
        [name === '' ? 'Message' : `${name} text`, text.body],
      ]),
    ['Contains PHI', form.message.containsPhi ? 'yes' : 'no'],
    ['Secure message', form.secure || form.message.containsPhi ? 'yes' : 'no'],
    ['Channels', form.channel === 'override' ? ladder : 'as the recipient prefers'],
    ['Skipped rules', rules.join(', ') || 'none'],
    ['Category', form.category],
    ['Same day', form.sameDay],
    ...(offers.ifBlocked ? [['If blocked', form.ifBlocked === 'skip' ? 'skip' : 'send earlier'] as const] : []),
    ...(offers.ifMoved ? [['If moved', form.ifMoved === 'once' ? 'send once' : 'send again'] as const] : []),
    ['Latest', `${form.maxLatenessMinutes} minutes`],
    ['Entered too late', `${form.acceptLateDays || '0'} days`],
    ...(offers.repeatAfterDays ? [['Again after', `${form.repeatAfterDays} days`] as const] : []),
  ])
}

function recipientWords(form: ActionForm, staff: StaffChoices): string {
  if (form.recipient === 'patient') return 'Patients'
  const named = recipientsModel(form, staff).flatMap(({ options }) => chosenLabels(options))
  return ['Staff:', ...(form.careEventProviders ? ['the care event’s providers'] : []), named.join(', ')].join(' ')
}
