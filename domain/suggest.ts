/** Letters only, so that `first_name`, `FirstName` and `patient.firstName` are close to one another. */
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Single-letter changes between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    row = next
  }
  return row[b.length] ?? 0
}

/** The name that somebody most likely meant, or undefined when none is near. A path's last word alone counts too. */
export function suggest(written: string, names: readonly string[]): string | undefined {
  const given = bare(written)
  const isWord = !written.includes('.')
  let best: { name: string; off: number } | undefined
  for (const name of names) {
    const word = bare(name.slice(name.lastIndexOf('.') + 1))
    const off = Math.min(distance(given, bare(name)), isWord ? distance(given, word) + 0.5 : Number.POSITIVE_INFINITY)
    if (best === undefined || off < best.off) best = { name, off }
  }
  return best && best.off <= Math.max(2, given.length / 4) ? best.name : undefined
}
