import type { Instant } from '../../instant.ts'
import type { SourceSettings } from '../sourceSettings.ts'
import type { Element } from './element.ts'
import type { OwnServers } from './server.ts'

/** What reading one message needs to know besides the message. */
export interface FhirContext {
  /** When it arrived: decides which names, numbers and addresses are current. */
  now: Instant
  /** ISO 3166: the country of phone numbers that name none, where the address names none either. */
  region: string
  /** The source's. */
  settings: SourceSettings
}

/** What the entries around a resource say about references to them. */
export interface Neighbours {
  /** `fullUrl` of a Bundle's entry to the type and external id of what it holds; null: several have it. */
  byFullUrl: ReadonlyMap<string, { type: string; externalId: string } | null>
  /** `Type?system|value` of each identifier in the Bundle to the external id of what carries it; null: several do. */
  byIdentifier: ReadonlyMap<string, string | null>
  own: OwnServers
}

/** One resource being read: where it stands, what it is called, what is around it. */
export interface ResourceContext extends FhirContext {
  resource: Element
  externalId: string
  neighbours: Neighbours
}
