/**
 * A clock that shares nothing with the code it checks: only `Intl.DateTimeFormat`, read and compared. Wall times are
 * milliseconds as if the clock hung in Greenwich.
 */
export interface IntlClock {
  zone: string
  /** What the wall clock reads at an instant. */
  reads(instant: number): number
}

const formats = new Map<string, Intl.DateTimeFormat>()

export function intlClock(zone: string): IntlClock {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const kept = format
  return {
    zone,
    reads: (instant) => {
      const [month, day, year, hour, minute, second] = kept.format(instant).split(/\D+/).map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      const milliseconds = ((instant % 1000) + 1000) % 1000
      return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
    },
  }
}

/** The instants at which a zone's clock jumps, found by bisection between looks a week apart. */
export function transitions(clock: IntlClock, from: number, to: number): number[] {
  const week = 7 * 86_400_000
  const offset = (instant: number) => clock.reads(instant) - instant
  const found: number[] = []
  for (let low = from; low < to; low += week) {
    let before = low
    let after = Math.min(low + week, to)
    const first = offset(before)
    if (offset(after) === first) continue
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offset(middle) === first) before = middle
      else after = middle
    }
    found.push(after)
  }
  return found
}
