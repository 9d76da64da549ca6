import { type ActionDefinition, typeTraits } from '../../domain/action.ts'
import { numberOf } from '../formData.ts'
import { type ActionForm, listFilters } from './form.ts'
import { messageInput } from './messageForm.ts'

const number = (text: string) => numberOf({ text }, 'text')

/**
 * The form as a definition that is not checked yet, laid over the stored one, so that what the form does not show
 * stays as it is.
 */
export function definitionInput(form: ActionForm, before: ActionDefinition | null): Record<string, unknown> {
  const { usesTemplate } = typeTraits[form.type]
  return {
    ...before,
    type: before?.type ?? form.type,
    title: form.title,
    groupId: form.groupId === '' ? null : form.groupId,
    ...(form.category !== '' && { category: form.category }),
    recipients: recipientsInput(form),
    message: usesTemplate ? null : messageInput(form.message),
    templateId: form.templateId === '' ? null : form.templateId,
    channels: {
      // `false` says no more than `null` does; it is kept where somebody wrote it.
      secure: form.secure ? true : before?.channels.secure === false ? false : null,
      override: form.channel === 'override' ? form.channelOrder : null,
    },
    timing: timingInput(form, before),
    sameDay: form.sameDay || before?.sameDay || 'each',
    filters: {
      ...Object.fromEntries(
        listFilters.map((name) => [name, form.filters[name].mode === 'only' ? form.filters[name].values : null]),
      ),
      codes: form.codes.mode === 'only' ? form.codes.codes : null,
    },
    skippedRules: form.skippedRules,
  }
}

function recipientsInput({ recipient, staffIds, roles, careEventProviders }: ActionForm) {
  return recipient === 'staff' ? { kind: 'staff', staffIds, roles, careEventProviders } : { kind: 'patient' }
}

function timingInput(form: ActionForm, before: ActionDefinition | null) {
  const inWeeks = form.unit === 'weeks'
  const inDays = inWeeks || form.unit === 'days'
  return {
    ...before?.timing,
    anchor: form.anchor,
    offset: (number(form.offset) ?? Number.NaN) * (inWeeks ? 7 : 1),
    unit: inWeeks ? 'days' : form.unit,
    direction: form.direction,
    // The form shows it for days and weeks only.
    timeOfDay: form.timeOfDay === '' || !inDays ? null : form.timeOfDay,
    ifBlocked: form.ifBlocked || before?.timing.ifBlocked || 'moveEarlier',
    ifMoved: form.ifMoved || before?.timing.ifMoved || 'again',
    maxLatenessMinutes: number(form.maxLatenessMinutes) ?? 240,
    acceptLateDays: number(form.acceptLateDays),
    repeatAfterDays: number(form.repeatAfterDays) ?? before?.timing.repeatAfterDays ?? 365,
  }
}
