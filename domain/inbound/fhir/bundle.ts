import { dayMs, type Instant } from '../../instant.ts'
import type { SourceSettings } from '../sourceSettings.ts'
import type { FhirContext, Neighbours } from './context.ts'
import type { Element } from './element.ts'
import { externalIdOf, identifierKey, identifierText } from './identity.ts'
import { readInstant } from './primitives.ts'
import { livesElsewhere, ownServers } from './server.ts'

const bundleTypes = ['transaction', 'batch', 'collection', 'history', 'searchset', 'subscription-notification'] as const
export type BundleType = (typeof bundleTypes)[number]

const urlPattern = /^(?:.*\/)?([A-Z][A-Za-z]{1,40})\/([^/?#\s]{1,200})(?:\/_history\/.*)?$/

export function readBundleType(bundle: Element): BundleType | null {
  const type = bundle.text('type', 40)
  const known = bundleTypes.find((candidate) => candidate === type)
  return known ?? bundle.at('type').error('unsupportedRequest', `has to be one of ${bundleTypes.join(', ')}`)
}

/** `Type/id` at the end of a URL, with or without a version. */
export function typeAndId(url: string | null): { type: string; id: string } | null {
  const [, type, id] = url === null ? [] : (urlPattern.exec(url) ?? [])
  return type === undefined || id === undefined ? null : { type, id }
}

/**
 * What a resource is called at its source, on every post alike: its id, else the id it is put under, else that of its
 * full URL, else its first identifier. A `urn:uuid` is made anew for each message and names nothing beyond it.
 */
export function entryIdentity(entry: Element, resource: Element): string | null {
  const type = resource.text('resourceType', 60) ?? ''
  const own = resource.text('id', 200)
  if (own !== null) return externalIdOf(type, own)
  for (const url of [entry.at('request').text('url'), entry.text('fullUrl')]) {
    const named = typeAndId(url)
    if (named?.type === type) return externalIdOf(type, named.id)
  }
  for (const identifier of resource.list('identifier')) {
    const token = identifierText(identifier)
    if (token !== null) return externalIdOf(type, token)
  }
  return null
}

/**
 * Full URLs and identifiers of a Bundle's entries, which references inside it may use; those of another server's
 * records lead to nobody.
 */
export function neighboursOf(entries: readonly Element[], settings: SourceSettings): Neighbours {
  const own = ownServers(settings, entries)
  const byFullUrl = new Map<string, { type: string; externalId: string } | null>()
  const byIdentifier = new Map<string, string | null>()
  for (const entry of entries) {
    const resource = entry.at('resource')
    const type = resource.text('resourceType', 60)
    const externalId = entryIdentity(entry, resource)
    if (type === null || externalId === null) continue
    const fullUrl = entry.text('fullUrl')
    if (livesElsewhere(entry, own)) {
      if (fullUrl !== null) byFullUrl.set(fullUrl, null)
      continue
    }
    if (fullUrl !== null) {
      const known = byFullUrl.get(fullUrl)
      const isOther = known === null || (known && (known.type !== type || known.externalId !== externalId))
      byFullUrl.set(fullUrl, isOther ? null : { type, externalId })
    }
    for (const identifier of resource.list('identifier')) {
      const token = identifierText(identifier)
      if (token === null) continue
      const key = identifierKey(type, token)
      const known = byIdentifier.get(key)
      byIdentifier.set(key, known === undefined || known === externalId ? externalId : null)
    }
  }
  return { byFullUrl, byIdentifier, own }
}

/** When a deletion happened: what the history says, else its arrival, so that a later-arriving old version stays out. */
export function deletionVersion(
  entry: Element,
  context: FhirContext,
): { lastUpdated: Instant; versionId: string | null } {
  const response = entry.at('response')
  const at = readInstant(response, 'lastModified')
  const versionId = /^(?:W\/)?"(.+)"$/.exec(response.text('etag', 200) ?? '')?.[1] ?? null
  return { lastUpdated: at !== null && at <= context.now + dayMs ? at : context.now, versionId }
}
