import type { RuleName } from '../../domain/action.ts'

/** The four delivery rules, and what else moves a message, as a reader meets them in a sentence. */
export const ruleWords: Record<RuleName | 'dailyCap', string> = {
  quietHours: 'quiet hours',
  holidays: 'holidays',
  sundays: 'Sundays',
  recentEdit: 'within one hour of editing',
  dailyCap: 'as many messages as a patient may have',
}

/** Short enough for a tag. */
export const ruleTags: Record<RuleName, string> = { ...ruleWords, recentEdit: 'recent edit' }
