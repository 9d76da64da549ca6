import type { LocalDate, Zone } from '../../domain/instant.ts'
import { dayAt, formatDate, parseDate } from '../../domain/time.ts'
import { writtenLocalDate } from '../words/time.ts'

const width = 352
const height = 84
/** Beyond so many days a bar is a week: thinner ones nobody could tell apart. */
const mostBars = 100

/** Messages by day as an SVG of bars, from today on; a bar is a week when there are many days. */
export function barsOf(
  byDay: readonly { date: LocalDate; count: number }[],
  horizonDays: number,
  zone: Zone,
  now: number,
) {
  const first = Math.min(dayAt(zone, now), ...byDay.map(({ date }) => parseDate(date) ?? Number.POSITIVE_INFINITY))
  const perBar = horizonDays > mostBars ? 7 : 1
  const days = Math.max(horizonDays, ...byDay.map(({ date }) => (parseDate(date) ?? first) - first + 1))
  const counts = new Array<number>(Math.ceil(days / perBar)).fill(0)
  for (const { date, count } of byDay) {
    const at = Math.floor(((parseDate(date) ?? first) - first) / perBar)
    counts[at] = (counts[at] ?? 0) + count
  }
  const most = Math.max(1, ...counts)
  const step = width / counts.length
  const word = (at: number) => writtenLocalDate(formatDate(first + at * perBar)).replace(/, \d{4}$/, '')
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    width,
    height,
    bars: counts.flatMap((count, at) => {
      if (count === 0) return []
      const tall = Math.max(2, (count / most) * (height - 22))
      return [
        {
          x: round(at * step),
          y: round(height - 16 - tall),
          width: round(Math.max(1, step - Math.min(2, step / 4))),
          height: round(tall),
          title: `${perBar === 7 ? 'Week of ' : ''}${word(at)}: ${count}`,
        },
      ]
    }),
    from: word(0),
    to: word(counts.length - 1),
    base: height - 15.5,
    textY: height - 3,
    unit: perBar === 7 ? 'week' : 'day',
    most: most === 1 && counts.every((count) => count === 0) ? 0 : most,
  }
}
