/**
 * Whether a file's name is what a pattern means: `*` stands for any characters, `?` for one, all else for itself, in
 * capitals or not. Takes at most as many steps as both are long, multiplied, whatever the pattern.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = [...name.normalize().toLowerCase()]
  const wanted = [...pattern.normalize().toLowerCase()]
  let at = 0
  let expected = 0
  // Where the last star was, and how much of the name it stands for by now.
  let star = -1
  let afterStar = 0
  while (at < text.length) {
    if (wanted[expected] === '*') {
      star = expected
      expected += 1
      afterStar = at
    } else if (expected < wanted.length && (wanted[expected] === '?' || wanted[expected] === text[at])) {
      at += 1
      expected += 1
    } else if (star >= 0) {
      afterStar += 1
      at = afterStar
      expected = star + 1
    } else return false
  }
  return wanted.slice(expected).every((character) => character === '*')
}
