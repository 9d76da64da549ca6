/** Stores members of one line, settles them itself, and never throws. `goOn`: the next need not wait for what is left. */
export type StoreTogether<Member> = (members: readonly Member[], goOn: () => void) => Promise<void>

/** More than this do not go together: the first of them waits for the last. */
const atOnce = 16
/** Those who wait for somebody's lock are overtaken after this long. */
const overtakenAfterMs = 100

/**
 * Has what arrives under one name while something of that name is being stored wait for it, and stores all that came
 * meanwhile together: the more arrives at a time, the less each costs. What comes alone waits for no more than the rest of
 * the turn, in which other connections may be read.
 */
export function createLine<Member>(store: StoreTogether<Member>) {
  const lines = new Map<string, Member[]>()
  const next = (name: string): void => {
    const members = lines.get(name)?.splice(0, atOnce) ?? []
    if (members.length === 0) lines.delete(name)
    else begin(name, members)
  }
  const begin = (name: string, members: readonly Member[]): void => {
    let gone = false
    const goOn = () => {
      if (gone) return
      gone = true
      clearTimeout(overtaken)
      next(name)
    }
    const overtaken = setTimeout(goOn, overtakenAfterMs)
    store(members, goOn).then(goOn, goOn)
  }
  return (name: string, member: Member): void => {
    const waiting = lines.get(name)
    if (waiting) {
      waiting.push(member)
      return
    }
    lines.set(name, [member])
    setImmediate(() => next(name))
  }
}
