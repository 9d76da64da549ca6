import { inApplyOrder } from '../../../domain/inbound/applyOrder.ts'
import type { WireMessage } from '../../../domain/inbound/wireMessage.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Tx } from '../../orm.ts'
import { readAhead } from './apply.ts'
import type { Applying } from './applying.ts'
import { isOutage } from './failure.ts'
import { createLine } from './line.ts'
import { locksOf, tryLocks } from './locks.ts'
import type { RawMessage } from './message.ts'
import { type ReceiveDeps, type Received, receive, store } from './receive.ts'
import type { InboundSource } from './source.ts'

/** A message that waits to be stored, and its sender for what became of it. */
interface Member {
  source: InboundSource
  deps: ReceiveDeps
  raw: RawMessage
  now: Instant
  read: (tx: Tx) => WireMessage | Promise<WireMessage>
  became: PromiseWithResolvers<Received>
}

/**
 * `receive` for small messages of a live feed: those of one source that arrive while others of it are being stored go
 * into one transaction (Inbound). Nobody is the worse for it: a message that shares a record with one before it, or
 * needs one that somebody else has, goes by itself right after, and so does each of them when the transaction fails.
 * Each has lines of its own: one for all that comes in by one way.
 */
export function createReceiveTogether(): typeof receive {
  const line = createLine<Member>(storeMembers)
  return (deps, source, raw, now, read) => {
    const became = Promise.withResolvers<Received>()
    // Whoever knows the source as it was a moment ago has to notice that by themselves.
    line(`${source.id}/${source.version}`, { source, deps, raw, now, read, became })
    return became.promise
  }
}

async function storeMembers(members: readonly Member[], goOn: () => void): Promise<void> {
  const [first, second] = members
  let alone: readonly Member[] = members
  if (first && second)
    try {
      const stored = await first.deps.database.inOrganization(first.source.organizationId, async (tx) => {
        const all = await storeAll(tx, first.source, members)
        // What is left is to write, and to wait for the disk: meanwhile the next are read.
        goOn()
        return all
      })
      for (const [member, received] of stored) member.became.resolve(received)
      alone = members.filter((member) => !stored.has(member))
    } catch (error) {
      // Nobody could be stored at the moment. Of anything else only one of them may be the cause.
      if (isOutage(error)) {
        for (const { became } of members) became.reject(error)
        return
      }
    }
  await Promise.all(alone.map((member) => storeAlone(member)))
}

async function storeAlone({ source, deps, raw, now, read, became }: Member): Promise<void> {
  await receive(deps, source, raw, now, read).then(became.resolve, became.reject)
}

/** What was stored of them in this transaction: those whose locks were free, and nobody's before them. */
async function storeAll(
  tx: Tx,
  source: InboundSource,
  members: readonly Member[],
): Promise<ReadonlyMap<Member, Received>> {
  const read = await allDone(
    members.map(async (member) => {
      const message = await member.read(tx)
      const records = message.entries.flatMap(({ record }) => record ?? [])
      return { member, message, locks: locksOf(source, records) }
    }),
  )
  const claimed = new Set<string>()
  const apart = read.filter(({ locks, message }) => {
    const isApart = message.bundleType === null && locks.every((lock) => !claimed.has(lock))
    for (const lock of locks) claimed.add(lock)
    return isApart
  })
  const wanted = apart.flatMap(({ locks }) => locks).sort()
  const asOf = apart.flatMap(({ message }) => message.asOf ?? [])
  const trying = tryLocks(tx, source, wanted, asOf)
  // Asked for behind the locks, without waiting for them.
  const asked = apart.map(({ member, message, locks }) => {
    const applying: Applying = { tx, source: member.source, now: member.now, made: new Set(), became: new Map(), locks }
    const records = inApplyOrder(message).map(({ record }) => record)
    applying.ahead = readAhead(applying, records)
    return { member, message, applying, locks }
  })
  const { taken, lastMessageAt } = await trying
  const free = asked.filter(({ locks }) => locks.every((lock) => taken.has(lock)))
  const received = await allDone(
    free.map(async ({ member: { deps, raw }, message, applying }) => {
      applying.lastMessageAt = lastMessageAt
      return store(deps, applying, raw, message)
    }),
  )
  return new Map(free.flatMap(({ member }, index) => (received[index] ? [[member, received[index]]] : [])))
}

/** Waits for all of them also when one fails: nobody may use the transaction when it is over. */
async function allDone<T>(all: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(all)
  return Promise.all(all)
}
