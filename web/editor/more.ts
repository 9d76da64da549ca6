import { type Category, typeTraits } from '../../domain/action.ts'
import { channelWords } from '../deliveries/list.ts'
import { type ActionForm, emptyForm } from './form.ts'
import type { Offers } from './offers.ts'

export const categoryWords: Record<Category, string> = {
  care: 'Care: about the patient’s own visit or treatment',
  outreach: 'Outreach: an invitation; stricter quiet hours, and an opt-out of its own',
}
const sameDayWords = {
  each: 'Each gets its own message',
  first: 'Only the first of the day gets one',
  list: 'One message that lists them all',
} as const

/** What is folded under "More", and its summary: what differs from where every action of the type begins. */
export function moreModel(form: ActionForm, offers: Offers, errors: Readonly<Record<string, string>>) {
  const paths = ['channels.override', 'category', 'sameDay', 'timing.maxLatenessMinutes', 'timing.acceptLateDays']
  const { acceptLateDays } = typeTraits[form.type]
  return {
    open: [...paths, 'timing.repeatAfterDays'].some((path) => errors[path] !== undefined),
    summary: summaryOf(form),
    categories: Object.entries(categoryWords).map(([value, label]) => ({
      value,
      label,
      chosen: value === form.category,
    })),
    sameDay: offers.sameDay.map((value) => ({ value, label: sameDayWords[value], chosen: value === form.sameDay })),
    /** The first, second and third channel to be tried. */
    ladder: [1, 2, 3].map((place) => ({
      name: `channel${place}`,
      label: ['First', 'then', 'then'][place - 1],
      options: Object.entries(channelWords).map(([value, label]) => ({
        value,
        label,
        chosen: form.channelOrder[place - 1] === value,
      })),
    })),
    acceptLateDays,
  }
}

function summaryOf(form: ActionForm): string {
  const usual = emptyForm(form.type)
  const order = form.channelOrder.map((name) => channelWords[name] ?? name)
  // What the form does not show was not submitted.
  const differs = (name: 'category' | 'ifBlocked' | 'ifMoved' | 'maxLatenessMinutes' | 'repeatAfterDays') =>
    form[name] !== '' && form[name] !== usual[name]
  const changed = [
    form.channel === 'override' && order.length > 0 ? `by ${order.join(', then ')}` : null,
    differs('category') ? form.category : null,
    form.sameDay === 'first' ? 'first of the day' : form.sameDay === 'list' ? 'one list a day' : null,
    differs('ifBlocked') ? 'skipped when blocked' : null,
    differs('ifMoved') ? 'sent only once' : null,
    differs('maxLatenessMinutes') ? `at most ${form.maxLatenessMinutes} minutes late` : null,
    ['', String(typeTraits[form.type].acceptLateDays)].includes(form.acceptLateDays)
      ? null
      : `up to ${form.acceptLateDays} days for late entries`,
    differs('repeatAfterDays') ? `again after ${form.repeatAfterDays} days` : null,
  ].filter((part) => part !== null)
  return changed.length > 0 ? changed.join(', ') : 'channels, lateness, category and other rare settings'
}
