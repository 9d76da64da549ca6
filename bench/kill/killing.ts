import { pause } from '../wait.ts'
import type { Installation } from './installation.ts'
import { dueEveryMs } from './scenarios.ts'

/**
 * Kills a part, now and then all of them at once as a power cut does, and starts it again, until time is over. Most
 * kills come within the two seconds after messages were due, when they are claimed, sent and bookkept. Returns how often each died.
 */
export async function killing(
  { parts }: Pick<Installation, 'parts'>,
  { isOver, below, told }: { isOver: () => boolean; below: (n: number) => number; told: () => string },
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {}
  for (;;) {
    await pause(1_000 + below(6_000))
    if (isOver()) return kills
    if (below(4) > 0) await pause(dueEveryMs - (Date.now() % dueEveryMs) + 100 + below(2_000))
    const isAll = below(8) === 0
    const one = parts[below(parts.length)]
    const dying = isAll ? parts : parts.filter((part) => part === one)
    const name = isAll ? 'everything' : (one?.name ?? '')
    kills[name] = (kills[name] ?? 0) + 1
    console.error(`${new Date().toISOString()} ${name} is killed (${told()})`)
    await Promise.all(dying.map((part) => part.kill()))
    await pause(below(3_000))
    for (const part of dying) await part.start()
  }
}
