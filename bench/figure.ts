/** One line of the bench: what was measured beside what it is compared with, both in the same run. */
export interface Figure {
  figure: string
  value: number
  unit: string
  baseline: number
  /** value / baseline. */
  ratio: number
  [more: string]: unknown
}

/** A figure from its two measurements; `more` is what helps to read it. */
export function figureOf(figure: string, unit: string, value: number, baseline: number, more: object = {}): Figure {
  return { figure, value: round(value), unit, baseline: round(baseline), ratio: round(value / baseline, 100), ...more }
}

/** Three or so digits are all that a measurement has. */
export function round(value: number, per = 10): number {
  return Math.round(value * per) / per
}

/** The value that `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
