/** Waits until `condition` holds, as what runs beside the test gets there. Throws after half a minute. */
export async function settled(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came about: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
