/** One thing to tick or to choose. */
export interface Choice {
  value: string
  label: string
  /** Said beside it, e.g. "switched off". */
  note: string | null
  chosen: boolean
}

/** Choices with what is chosen among them; what is chosen and no longer known stays listed, and is said to be gone. */
export function choicesOf(
  known: readonly { value: string; label: string; note?: string | null }[],
  values: readonly string[],
): Choice[] {
  const gone = values
    .filter((value) => !known.some((each) => each.value === value))
    .map((value) => ({ value, label: value, note: 'no longer known' }))
  return [...known, ...gone].map(({ value, label, note = null }) => ({
    value,
    label,
    note,
    chosen: values.includes(value),
  }))
}

export const chosenLabels = (choices: readonly Choice[]): string[] =>
  choices.filter(({ chosen }) => chosen).map(({ label }) => label)
