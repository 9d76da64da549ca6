import { type ActionDefinition, typeTraits } from '../../domain/action.ts'
import { type ActionForm, emptyForm, filtersBy } from './form.ts'
import { emptyMessage, messageFormOf } from './messageForm.ts'

/** A stored action in the editor's fields. */
export function formOf(definition: ActionDefinition): ActionForm {
  const { timing, filters, channels, recipients, type } = definition
  const traits = typeTraits[type]
  // Whole weeks read as such from two weeks on.
  const inWeeks = timing.unit === 'days' && timing.offset >= 14 && timing.offset % 7 === 0
  return {
    ...emptyForm(type),
    title: definition.title,
    groupId: definition.groupId ?? '',
    offset: String(inWeeks ? timing.offset / 7 : timing.offset),
    unit: inWeeks ? 'weeks' : timing.unit,
    direction: timing.direction,
    anchor: timing.anchor,
    timeOfDay: timing.timeOfDay ?? '',
    templateId: definition.templateId ?? '',
    category: definition.category ?? traits.defaultCategory,
    recipient: recipients.kind,
    ...(recipients.kind === 'staff' && {
      staffIds: [...recipients.staffIds],
      roles: [...recipients.roles],
      careEventProviders: recipients.careEventProviders,
    }),
    message: definition.message ? messageFormOf(definition.message) : emptyMessage(traits.containsPhiByDefault),
    secure: channels.secure === true,
    channel: channels.override === null ? 'own' : 'override',
    channelOrder: [...(channels.override ?? [])],
    sameDay: definition.sameDay,
    ifBlocked: timing.ifBlocked,
    ifMoved: timing.ifMoved,
    maxLatenessMinutes: String(timing.maxLatenessMinutes),
    acceptLateDays: timing.acceptLateDays === null ? '' : String(timing.acceptLateDays),
    repeatAfterDays: String(timing.repeatAfterDays),
    skippedRules: [...definition.skippedRules],
    filters: filtersBy((name) => ({
      mode: filters[name] === null ? 'any' : 'only',
      values: [...(filters[name] ?? [])],
    })),
    codes: {
      mode: filters.codes === null ? 'any' : 'only',
      codes: [...(filters.codes ?? [])],
      system: traits.codeSystems.at(-1) ?? '',
      typed: '',
    },
  }
}
