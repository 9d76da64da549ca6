import pg from 'pg'
import { touchedChannel } from '../db/outbox.ts'
import { errorCode } from './errorCodes.ts'

/**
 * Calls `onTouch` when somebody touched the outbox, on a connection of its own. Only a hint: the poll finds what a lost
 * connection misses, and the connection is made again by itself.
 */
export function listenForTouches(databaseUrl: string, onTouch: () => void, onLost: (code: string) => void) {
  let stopped = false
  let client: pg.Client | null = null
  let retry: NodeJS.Timeout | null = null

  const connect = async () => {
    const next = new pg.Client({ connectionString: databaseUrl, keepAlive: true })
    client = next
    next.on('notification', onTouch)
    next.on('error', (error) => lost(next, error))
    next.on('end', () => lost(next, { code: 'connectionEnded' }))
    try {
      await next.connect()
      await next.query(`listen ${touchedChannel}`)
      onTouch()
    } catch (error) {
      lost(next, error)
    }
  }
  const lost = (which: pg.Client, error: unknown) => {
    if (stopped || client !== which) return
    client = null
    onLost(errorCode(error))
    which.end().catch(() => undefined)
    retry = setTimeout(connect, 2_000)
  }
  const connecting = connect()
  return {
    async stop(): Promise<void> {
      stopped = true
      if (retry) clearTimeout(retry)
      await connecting
      await client?.end().catch(() => undefined)
    },
  }
}
