/** Waits twice as long after each failure in a row, from `firstMs` to `longestMs`; `succeeded` starts over. */
export function backoff(firstMs: number, longestMs: number) {
  let failures = 0
  return {
    failed(): number {
      failures += 1
      return Math.min(firstMs * 2 ** (failures - 1), longestMs)
    },
    succeeded(): void {
      failures = 0
    },
  }
}
