import { type ActionType, actionTypes, ruleNames, textChannels, typeTraits } from '../../domain/action.ts'
import { type FormData, many, one } from '../formData.ts'
import { type CodesForm, codeFields, emptyCodes, readCodes } from './codesForm.ts'
import { emptyMessage, type MessageForm, messageFields, readMessageForm } from './messageForm.ts'

export const listFilters = ['facilityIds', 'providerIds', 'appointmentTypeIds', 'statuses', 'confirmation'] as const
export type ListFilter = (typeof listFilters)[number]

/** One filter as the form has it: any, or only what is ticked. */
export interface FilterForm {
  mode: 'any' | 'only'
  values: string[]
}

/** Fields that are one text each, as typed. */
const plainFields = {
  title: '',
  groupId: '',
  offset: '',
  unit: 'days',
  direction: '',
  anchor: '',
  timeOfDay: '',
  templateId: '',
  category: '',
  sameDay: 'each',
  ifBlocked: 'moveEarlier',
  ifMoved: 'again',
  maxLatenessMinutes: '240',
  acceptLateDays: '',
  repeatAfterDays: '365',
}
type PlainField = keyof typeof plainFields
const plainNames = Object.keys(plainFields) as PlainField[]

/** The editor's fields as they were typed, so that a refused form comes back as it was. */
export interface ActionForm extends Record<PlainField, string> {
  type: ActionType
  recipient: 'patient' | 'staff'
  staffIds: string[]
  roles: string[]
  careEventProviders: boolean
  message: MessageForm
  /** Send as a secure message, also without PHI. */
  secure: boolean
  channel: 'own' | 'override'
  /** In the order in which they are tried. */
  channelOrder: string[]
  skippedRules: string[]
  filters: Record<ListFilter, FilterForm>
  codes: CodesForm
}

export const filtersBy = (of: (name: ListFilter) => FilterForm) =>
  Object.fromEntries(listFilters.map((name) => [name, of(name)])) as ActionForm['filters']

/** What a new action of the type begins with: the most common reminder, inactive and without a text. */
export function emptyForm(type: ActionType): ActionForm {
  const { directions, anchors, containsPhiByDefault, defaultCategory } = typeTraits[type]
  const direction = directions[0] ?? 'after'
  return {
    ...plainFields,
    type,
    offset: direction === 'before' ? '2' : '1',
    direction,
    anchor: anchors[0] ?? '',
    timeOfDay: '10:00',
    category: defaultCategory,
    recipient: 'patient',
    staffIds: [],
    roles: [],
    careEventProviders: false,
    message: emptyMessage(containsPhiByDefault),
    secure: false,
    channel: 'own',
    channelOrder: [],
    skippedRules: [],
    filters: filtersBy(() => ({ mode: 'any', values: [] })),
    codes: { ...emptyCodes, system: typeTraits[type].codeSystems.at(-1) ?? '' },
  }
}

export function readForm(form: FormData): ActionForm {
  const type = actionTypes.find((each) => each === one(form, 'type')) ?? 'appointment'
  const plain = Object.fromEntries(plainNames.map((name) => [name, one(form, name)])) as Record<PlainField, string>
  return {
    ...plain,
    type,
    timeOfDay: plain.timeOfDay.slice(0, 5),
    recipient: one(form, 'recipient') === 'staff' ? 'staff' : 'patient',
    staffIds: many(form, 'staffIds'),
    roles: many(form, 'roles'),
    careEventProviders: one(form, 'careEventProviders') === 'yes',
    message: readMessageForm(form),
    secure: one(form, 'secure') === 'yes',
    channel: one(form, 'channel') === 'override' ? 'override' : 'own',
    channelOrder: textChannels.map((_, index) => one(form, `channel${index + 1}`)).filter((name) => name !== ''),
    skippedRules: ruleNames.filter((rule) => many(form, 'skippedRules').includes(rule)),
    filters: filtersBy((name) => ({
      mode: one(form, `${name}Mode`) === 'only' ? 'only' : 'any',
      values: many(form, name),
    })),
    codes: readCodes(form, type),
  }
}

/** The fields again, for a form that must carry them on without showing them. */
export function hiddenFields(form: ActionForm): { name: string; value: string }[] {
  const several = (name: string, values: readonly string[]) => values.map((value) => ({ name, value }))
  const ticked = (name: string, is: boolean) => (is ? [{ name, value: 'yes' }] : [])
  return [
    { name: 'type', value: form.type },
    ...plainNames.map((name) => ({ name, value: form[name] })),
    { name: 'recipient', value: form.recipient },
    ...several('staffIds', form.staffIds),
    ...several('roles', form.roles),
    ...ticked('careEventProviders', form.careEventProviders),
    ...messageFields(form.message),
    ...ticked('secure', form.secure),
    { name: 'channel', value: form.channel },
    ...form.channelOrder.map((value, index) => ({ name: `channel${index + 1}`, value })),
    ...several('skippedRules', form.skippedRules),
    ...listFilters.flatMap((name) => [
      { name: `${name}Mode`, value: form.filters[name].mode },
      ...several(name, form.filters[name].values),
    ]),
    ...codeFields(form.codes),
  ]
}
