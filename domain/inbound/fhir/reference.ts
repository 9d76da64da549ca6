import type { RecordReference } from '../normalForm.ts'
import { codesOf } from './coding.ts'
import type { ResourceContext } from './context.ts'
import type { Element } from './element.ts'
import { externalIdOf, identifierKey, identifierText } from './identity.ts'
import { isElsewhere } from './server.ts'

export interface TypedReference extends RecordReference {
  type: string
}

const literalPattern = /(?:^|\/)([A-Z][A-Za-z]{1,40})\/([^/?#\s]{1,200})(?:\/_history\/[^/?#\s]*)?$/
const conditionalPattern = /^(?:.*\/)?([A-Z][A-Za-z]{1,40})\?(?:.*&)?identifier=([^&]{1,400})/

/**
 * What a `Reference` points at: relative and absolute URLs with or without a version, `urn:uuid:` and other `fullUrl`s
 * of the same Bundle, contained resources, conditional references, and logical identifiers. Null when there is none,
 * or when it can't be resolved, which is a warning here: the caller knows whether it can do without.
 */
export function readReference(element: Element, context: ResourceContext): TypedReference | null {
  const url = element.text('reference')
  const display = element.text('display', 200)
  if (url?.startsWith('#')) return containedReference(element, url.slice(1), context)
  const found = url === null ? null : byUrl(url, context)
  if (found) return { ...found, display }
  const type = element.text('type', 60) ?? literalPattern.exec(url ?? '')?.[1] ?? null
  if (type !== null && element.at('identifier').isObject) {
    const logical = byIdentifier(element.at('identifier'), type, context)
    if (logical) return { ...logical, display }
  }
  if (url !== null && isElsewhere(url, context.neighbours.own))
    element
      .at('reference')
      .warn(
        'unresolvedReference',
        'is on another server than the one this source is fetched from: its id may be somebody else’s here. Name the record relatively (Patient/p-1), or give its identifier',
      )
  else if (url !== null)
    element.at('reference').warn('unresolvedReference', 'points at nothing that this message or its source could tell')
  return null
}

/** The reference without its resource type, as the normal form has it. */
export function plainReference({ externalId, identifier, display }: TypedReference): RecordReference {
  return { externalId, identifier, display }
}

function byUrl(url: string, context: ResourceContext): TypedReference | null {
  const inBundle = context.neighbours.byFullUrl.get(url.replace(/\/_history\/[^/]*$/, ''))
  if (inBundle === null) return null
  if (inBundle) return { ...inBundle, identifier: null, display: null }
  if (isElsewhere(url, context.neighbours.own)) return null
  const [, type, id] = literalPattern.exec(url) ?? []
  if (type !== undefined && id !== undefined)
    return { type, externalId: externalIdOf(type, id), identifier: null, display: null }
  const [, conditionalType, token] = conditionalPattern.exec(url) ?? []
  return conditionalType === undefined || token === undefined
    ? null
    : fromToken(conditionalType, decoded(token), context)
}

function byIdentifier(identifier: Element, type: string, context: ResourceContext): TypedReference | null {
  const token = identifierText(identifier)
  if (token === null) return null
  const reference = fromToken(type, token, context)
  // A number of another kind may be the chart number of somebody else.
  const kinds = codesOf(identifier.at('type'))
  const isChart = kinds.length === 0 || kinds.includes('MR')
  return reference && { ...reference, identifier: isChart ? reference.identifier : null }
}

/** `system|value`: the record in this Bundle that carries it, else the one the source knows by the bare value. */
function fromToken(type: string, token: string, context: ResourceContext): TypedReference | null {
  const inBundle = context.neighbours.byIdentifier.get(identifierKey(type, token))
  if (inBundle === null) return null
  const value = token.slice(token.indexOf('|') + 1)
  return inBundle === undefined
    ? { type, externalId: externalIdOf(type, token), identifier: value, display: null }
    : { type, externalId: inBundle, identifier: null, display: null }
}

/** A contained resource has no identity of its own: only an identifier lets it be known again. */
function containedReference(element: Element, id: string, context: ResourceContext): TypedReference | null {
  const contained = context.resource.list('contained').find((candidate) => candidate.text('id') === id)
  const type = contained?.text('resourceType', 60)
  if (contained === undefined || !type)
    return element.at('reference').warn('unresolvedReference', 'names no contained resource')
  for (const identifier of contained.list('identifier')) {
    const reference = byIdentifier(identifier, type, context)
    if (reference) return { ...reference, display: element.text('display', 200) ?? contained.text('name', 200) }
  }
  return element
    .at('reference')
    .warn('unresolvedReference', `names a contained ${type} without an identifier: it could not be known again`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
