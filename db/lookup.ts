import type { Pool } from 'pg'
import type { Instant } from '../domain/instant.ts'
import { withCode } from './connectionLoss.ts'
import { isId } from './newId.ts'
import { rowTypes } from './rowTypes.ts'

/** All that a lookup says of a row: whose it is, and which. Everything else is read inside its organization. */
export interface Found {
  organizationId: string
  id: string
}

/** Rows of the outbox that are due, of one care event. */
export interface OutboxGroup {
  organizationId: string
  careEventId: string
  rowIds: number[]
}

/** What must be found before the organization is known. Hashes are the caller's: secrets never reach the database. */
export interface Lookup {
  /** Not revoked ones only. */
  apiKey(hash: string): Promise<Found | null>
  /** Whether it has expired is the caller's to judge, with its clock. */
  session(tokenHash: string): Promise<Found | null>
  /** One address may sign in to several organizations. */
  userByEmail(email: string): Promise<Found[]>
  source(id: string): Promise<Found | null>
  attempt(id: string): Promise<Found | null>
  /** The attempt that has a provider's message, whoever's: one account may serve several organizations. */
  providerMessage(provider: string, providerId: string): Promise<Found | null>
  secureMessage(tokenHash: string): Promise<Found | null>
  /** The patient whose message preferences the token opens. */
  preferences(tokenHash: string): Promise<Found | null>
  /** The appointment that the token confirms. */
  confirmation(tokenHash: string): Promise<Found | null>
  /** The senders that are a number of ours, E.164. */
  inboundNumber(phone: string): Promise<Found[]>
  /** The contact points that have an address, whoever's. */
  contactPoint(address: string): Promise<Found[]>
  /** Due touches by care event, the oldest first, of at most `limit` rows. Several relays may get the same ones. */
  outboxBatch(dueBefore: Instant, limit: number): Promise<OutboxGroup[]>
  /** Care events whose workflow should have woken before an instant. */
  overdueWakes(before: Instant, limit: number): Promise<Found[]>
  /** Sources to fetch from at an instant, and nobody does; the longest due first. */
  duePulls(at: Instant, limit: number): Promise<Found[]>
  /** Files of sources with something to do, or whose worker was lost; those that wait longest first. */
  dueFiles(dueAt: Instant, limit: number): Promise<Found[]>
  /** Ids of all organizations, the oldest first. */
  organizations(): Promise<string[]>
}

export function createLookup(pool: Pool): Lookup {
  const rows = async <T extends object>(name: string, params: readonly unknown[]): Promise<T[]> => {
    const text = `select * from ${name}(${params.map((_, index) => `$${index + 1}`).join(', ')})`
    try {
      return (await pool.query<T>({ name, text, values: [...params], types: rowTypes })).rows
    } catch (error) {
      throw withCode(error)
    }
  }
  const all = async (name: string, ...params: unknown[]): Promise<Found[]> => {
    const found = await rows<{ organization_id: string; id: string }>(name, params)
    return found.map((row) => ({ organizationId: row.organization_id, id: row.id }))
  }
  const one = async (name: string, wanted: string): Promise<Found | null> => (await all(name, wanted))[0] ?? null
  /** What is no id is nobody's; asking the database would be an error. */
  const byId = async (name: string, id: string) => (isId(id) ? one(name, id) : null)

  return {
    apiKey: (hash) => one('lookup_api_key', hash),
    session: (tokenHash) => one('lookup_session', tokenHash),
    userByEmail: (email) => all('lookup_user', email),
    source: (id) => byId('lookup_source', id),
    attempt: (id) => byId('lookup_attempt', id),
    providerMessage: async (provider, providerId) =>
      (await all('lookup_provider_message', provider, providerId))[0] ?? null,
    secureMessage: (tokenHash) => one('lookup_secure_message', tokenHash),
    preferences: (tokenHash) => one('lookup_preferences', tokenHash),
    confirmation: (tokenHash) => one('lookup_confirmation', tokenHash),
    inboundNumber: (phone) => all('lookup_inbound_number', phone),
    contactPoint: (address) => all('lookup_contact_point', address),
    async outboxBatch(dueBefore, limit) {
      const groups = await rows<{ organization_id: string; care_event_id: string; ids: string[] }>('lookup_outbox', [
        new Date(dueBefore),
        limit,
      ])
      return groups.map((group) => ({
        organizationId: group.organization_id,
        careEventId: group.care_event_id,
        rowIds: group.ids.map(Number),
      }))
    },
    overdueWakes: (before, limit) => all('lookup_overdue_wakes', new Date(before), limit),
    duePulls: (dueAt, limit) => all('lookup_due_pulls', new Date(dueAt), limit),
    dueFiles: (dueAt, limit) => all('lookup_due_files', new Date(dueAt), limit),
    organizations: async () => (await all('lookup_organizations')).map(({ id }) => id),
  }
}
