import type { RuleName } from '../../domain/action.ts'
import { type Instant, minuteMs, type Zone } from '../../domain/instant.ts'
import type { DeliveryRules } from '../../domain/organization.ts'
import { relative, writtenTime } from '../words/time.ts'

interface Edited {
  status: 'active' | 'inactive'
  editedAt: string
  skippedRules: readonly RuleName[]
}

/** "edited 12 minutes ago: holds until 2:41 PM", while the recent edit rule holds an action's messages back. */
export function holdsSentence(action: Edited, rules: DeliveryRules, zone: Zone, now: Instant): string | null {
  if (action.status === 'inactive' || !rules.recentEdit.enabled || action.skippedRules.includes('recentEdit'))
    return null
  const editedAt = Date.parse(action.editedAt)
  const until = editedAt + rules.recentEdit.minutes * minuteMs
  if (until <= now) return null
  return `edited ${relative(editedAt, now)}: holds until ${writtenTime(until, zone)}`
}
