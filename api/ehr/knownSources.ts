import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { findInboundSource, type InboundSource } from '../../db/queries/inbound/source.ts'

export type KnownSource = InboundSource & { secret: string }

/** A source is asked for with every post and hardly ever changes; a post by an outdated one is noticed when it is stored. */
const maxKnown = 1000

/** Sources by id, remembered until they are forgotten: see `SourceChanged`. */
export function knownSources(database: Database, encryption: Encryption) {
  const known = new Map<string, KnownSource>()
  return {
    async find(id: string): Promise<KnownSource | null> {
      const remembered = known.get(id)
      if (remembered) return remembered
      const source = await findInboundSource(database, encryption, id)
      if (known.size >= maxKnown) known.clear()
      if (source) known.set(id, source)
      return source
    },
    forget(id: string): boolean {
      return known.delete(id)
    },
  }
}
