/** Waits until `condition` holds, as what runs beside the test gets there. Throws after `patienceMs`, half a minute by default. */
export async function settled(condition: () => Promise<boolean>, patienceMs = 30_000): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came about: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
