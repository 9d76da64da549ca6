/** What the driver gives for a `timestamptz`, as the contract writes instants. */
export function iso(value: Date | string): string {
  return (value instanceof Date ? value : new Date(value)).toISOString()
}

export function isoOrNull(value: Date | string | null): string | null {
  return value === null ? null : iso(value)
}

/** An instant as a parameter of a query. */
export function at(instant: number): Date {
  return new Date(instant)
}

export type Stamp = Date | string
