/** Looks every `everyMs` until `look` gives a value; throws with `what` when none came in time. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs: number,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`did not happen in ${limitMs / 1_000} s: ${what}`)
    await pause(everyMs)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)))
}

/** Calls `work` with each number below `count`, `width` of them at a time. */
export async function each(count: number, width: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lanes = Array.from({ length: width }, async () => {
    while (next < count) await work(next++)
  })
  await Promise.all(lanes)
}
