import { setFlagsFromString } from 'node:v8'

/** How much (%) of what is in use may pile up as garbage. V8 by itself lets three times as much pile up: some 150 MB. */
const garbagePercent = 100

const setInV8 = (percent: number) => setFlagsFromString(`--heap-growing-percent=${percent}`)

/**
 * Does what makes garbage for minutes on end with less of it waiting: V8 collects when the heap has doubled, which costs
 * no measurable time. Of the whole process, as long as any such work is under way; afterwards V8 decides again (0).
 */
export function littleGarbage(set: (percent: number) => void) {
  let underWay = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1
    if (underWay === 1) set(garbagePercent)
    try {
      return await work()
    } finally {
      underWay -= 1
      if (underWay === 0) set(0)
    }
  }
}

export const withLittleGarbage = littleGarbage(setInV8)
