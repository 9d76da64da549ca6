import { p } from '@mikro-orm/postgresql'

/** The key of every row: the organization first, so that each index and foreign key stays inside one practice. */
export const key = () => ({ organizationId: p.uuid().primary(), id: p.uuid().primary() })

/** A point in time: `timestamptz` with milliseconds, a `Date` in entities. */
export const instant = () => p.datetime(3)

/** A calendar day: `date`, 'YYYY-MM-DD' in entities. */
export const day = () => p.date()

/** A list of words: `text[]`. Contents are validated by the domain's schemas before they get here. */
export const words = <T extends string = string>() => p.array().columnType('text[]').$type<T[]>()

/** A list of ids: `uuid[]`. */
export const ids = () => p.array().columnType('uuid[]').$type<string[]>()

/** AES-256-GCM ciphertext with its key's id inside (see `encryption.ts`). */
export const encrypted = () => p.blob()

/** What identifies a row in the system it was synced from, and how new the stored state is. */
export const sourced = () => ({
  sourceId: p.uuid().nullable(),
  externalId: p.text().nullable(),
  sourceLastUpdated: instant().nullable(),
  sourceVersionId: p.text().nullable(),
  /** Hash of the normal form that was applied last: an equal one touches nothing. */
  normalHash: p.text().nullable(),
  /** Mentioned before it arrived itself; filled later. */
  stub: p.boolean().default(false),
})

export const timestamps = () => ({ createdAt: instant(), updatedAt: instant() })
