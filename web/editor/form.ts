import { type ActionDefinition, ruleNames } from '../../domain/action.ts'
import { type FormData, many, numberOf, one } from '../formData.ts'

export const filterNames = ['facilityIds', 'providerIds', 'appointmentTypeIds', 'statuses', 'confirmation'] as const
export type FilterName = (typeof filterNames)[number]

/** One filter as the form has it: any, or only what is ticked. */
export interface FilterForm {
  mode: 'any' | 'only'
  values: string[]
}

/** The editor's fields as they were typed, so that a refused form comes back as it was. */
export interface ActionForm {
  title: string
  groupId: string
  offset: string
  unit: string
  direction: string
  timeOfDay: string
  body: string
  channel: 'own' | 'sms'
  ifBlocked: string
  ifMoved: string
  maxLatenessMinutes: string
  acceptLateDays: string
  skippedRules: string[]
  filters: Record<FilterName, FilterForm>
}

const filtersBy = (of: (name: FilterName) => FilterForm) =>
  Object.fromEntries(filterNames.map((name) => [name, of(name)])) as ActionForm['filters']

/** What a new action begins with: the most common reminder, inactive and without a text. */
export const emptyForm: ActionForm = {
  title: '',
  groupId: '',
  offset: '2',
  unit: 'days',
  direction: 'before',
  timeOfDay: '10:00',
  body: '',
  channel: 'own',
  ifBlocked: 'moveEarlier',
  ifMoved: 'again',
  maxLatenessMinutes: '240',
  acceptLateDays: '',
  skippedRules: [],
  filters: filtersBy(() => ({ mode: 'any', values: [] })),
}

export function readForm(form: FormData): ActionForm {
  return {
    title: one(form, 'title'),
    groupId: one(form, 'groupId'),
    offset: one(form, 'offset'),
    unit: one(form, 'unit'),
    direction: one(form, 'direction'),
    timeOfDay: one(form, 'timeOfDay').slice(0, 5),
    // Browsers send line ends as CR LF; the editor and the SMS know LF alone.
    body: one(form, 'body').replaceAll('\r\n', '\n'),
    channel: one(form, 'channel') === 'sms' ? 'sms' : 'own',
    ifBlocked: one(form, 'ifBlocked'),
    ifMoved: one(form, 'ifMoved'),
    maxLatenessMinutes: one(form, 'maxLatenessMinutes'),
    acceptLateDays: one(form, 'acceptLateDays'),
    skippedRules: ruleNames.filter((rule) => many(form, 'skippedRules').includes(rule)),
    filters: filtersBy((name) => ({
      mode: one(form, `${name}Mode`) === 'only' ? 'only' : 'any',
      values: many(form, name),
    })),
  }
}

/** A stored action in the editor's fields. */
export function formOf(definition: ActionDefinition): ActionForm {
  const { timing, filters, channels } = definition
  return {
    title: definition.title,
    groupId: definition.groupId ?? '',
    offset: String(timing.offset),
    unit: timing.unit,
    direction: timing.direction,
    timeOfDay: timing.timeOfDay ?? '',
    body: definition.message?.body ?? '',
    channel: channels.override?.[0] === 'sms' ? 'sms' : 'own',
    ifBlocked: timing.ifBlocked,
    ifMoved: timing.ifMoved,
    maxLatenessMinutes: String(timing.maxLatenessMinutes),
    acceptLateDays: timing.acceptLateDays === null ? '' : String(timing.acceptLateDays),
    skippedRules: [...definition.skippedRules],
    filters: filtersBy((name) => ({
      mode: filters[name] === null ? 'any' : 'only',
      values: [...(filters[name] ?? [])],
    })),
  }
}

/**
 * The form as a definition that is not checked yet, laid over the stored one, so that what the form does not show
 * stays as it is.
 */
export function definitionInput(form: ActionForm, before: ActionDefinition | null): Record<string, unknown> {
  const values = (name: FilterName) => (form.filters[name].mode === 'only' ? form.filters[name].values : null)
  const number = (text: string) => numberOf({ text }, 'text')
  return {
    ...before,
    type: before?.type ?? 'appointment',
    title: form.title,
    groupId: form.groupId === '' ? null : form.groupId,
    recipients: before?.recipients ?? { kind: 'patient' },
    message: { ...before?.message, body: form.body },
    channels: { secure: before?.channels.secure ?? null, override: form.channel === 'sms' ? ['sms'] : null },
    timing: {
      ...before?.timing,
      anchor: before?.timing.anchor ?? 'start',
      offset: number(form.offset) ?? Number.NaN,
      unit: form.unit,
      direction: form.direction,
      // The form shows it for days only.
      timeOfDay: form.timeOfDay === '' || form.unit !== 'days' ? null : form.timeOfDay,
      ifBlocked: form.ifBlocked || 'moveEarlier',
      ifMoved: form.ifMoved || 'again',
      maxLatenessMinutes: number(form.maxLatenessMinutes) ?? 240,
      acceptLateDays: number(form.acceptLateDays),
    },
    filters: { codes: null, ...Object.fromEntries(filterNames.map((name) => [name, values(name)])) },
    skippedRules: form.skippedRules,
  }
}

/** The fields again, for a form that must carry them on without showing them. */
export function hiddenFields(form: ActionForm): { name: string; value: string }[] {
  const { filters, skippedRules, ...plain } = form
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...skippedRules.map((value) => ({ name: 'skippedRules', value })),
    ...filterNames.flatMap((name) => [
      { name: `${name}Mode`, value: filters[name].mode },
      ...filters[name].values.map((value) => ({ name, value })),
    ]),
  ]
}
