import type { RuleName } from '../../domain/action.ts'

/** The four delivery rules as a reader meets them in a sentence. */
export const ruleWords: Record<RuleName, string> = {
  quietHours: 'quiet hours',
  holidays: 'holidays',
  sundays: 'Sundays',
  recentEdit: 'within one hour of editing',
}

/** Short enough for a tag. */
export const ruleTags: Record<RuleName, string> = { ...ruleWords, recentEdit: 'recent edit' }
