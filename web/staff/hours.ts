import type { StaffView } from '../../db/queries/staff.ts'
import { type Weekday, type WorkingHours, weekdays } from '../../domain/staff.ts'
import { clockTime } from '../words/time.ts'

const short = (day: Weekday) => day.charAt(0).toUpperCase() + day.slice(1, 3)

/** "Mon–Fri 8:00 AM to 5:00 PM; Sat 9:00 AM to 1:00 PM"; null for the practice's quiet hours. */
export function hoursInWords(ownHours: StaffView['ownHours']): string | null {
  if (ownHours === null) return null
  const stretches: { first: Weekday; last: Weekday; hours: WorkingHours }[] = []
  let before: WorkingHours | null = null
  for (const day of weekdays) {
    const hours = ownHours[day]
    const last = stretches.at(-1)
    if (hours && before && last && hours.from === before.from && hours.to === before.to) last.last = day
    else if (hours) stretches.push({ first: day, last: day, hours })
    before = hours
  }
  return stretches
    .map(({ first, last, hours }) => {
      const days = first === last ? short(first) : `${short(first)}–${short(last)}`
      return `${days} ${clockTime(hours.from)} to ${clockTime(hours.to)}`
    })
    .join('; ')
}
