import { pause } from '../wait.ts'
import type { Installation } from './installation.ts'

interface Killing {
  organizationId: string
  isOver: () => boolean
  below: (n: number) => number
  /** For the log: how far the feed is. */
  told: () => string
}

/** How often each part died, and in how many of these moments a message was between its claim and its bookkeeping. */
export interface Killed {
  kills: Record<string, number>
  aimed: number
}

/**
 * Kills a part, now and then all of them at once as a power cut does, and starts it again, until time is over. Most kills
 * wait until a message is seen between its claim and its bookkeeping, and come in that moment.
 */
export async function killing(
  servers: Installation,
  { organizationId, isOver, below, told }: Killing,
): Promise<Killed> {
  const { parts } = servers
  const killed: Killed = { kills: {}, aimed: 0 }
  for (;;) {
    await pause(3_000 + below(15_000))
    if (isOver()) return killed
    const isAll = below(8) === 0
    const one = parts[below(parts.length)]
    const dying = isAll ? parts : parts.filter((part) => part === one)
    const name = isAll ? 'everything' : (one?.name ?? '')
    const isAimed = below(4) > 0 && (await messageUnderWay(servers, organizationId))
    await Promise.all(dying.map((part) => part.kill()))
    console.error(
      `${new Date().toISOString()} ${name} is killed${isAimed ? ' while a message is sent' : ''} (${told()})`,
    )
    killed.kills[name] = (killed.kills[name] ?? 0) + 1
    if (isAimed) killed.aimed += 1
    await pause(below(3_000))
    for (const part of dying) await part.start()
  }
}

const lookForMs = 15_000

/** Waits until an attempt is open, for a while; false when none was seen. */
async function messageUnderWay({ openDatabase }: Installation, organizationId: string): Promise<boolean> {
  const database = await openDatabase()
  try {
    const until = Date.now() + lookForMs
    while (Date.now() < until) {
      const open = await database.inOrganization(organizationId, (tx) =>
        tx.query(`select 1 from attempt where status = 'open' limit 1`, [], 'open attempts'),
      )
      if (open.length > 0) return true
      await pause(3)
    }
    return false
  } finally {
    // Not waited for: the moment would pass. The server may die meanwhile.
    database.close().catch(() => undefined)
  }
}
