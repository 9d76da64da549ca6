import type { Instant } from '../instant.ts'
import {
  type BundleType,
  deletionVersion,
  entryIdentity,
  neighboursOf,
  readBundleType,
  typeAndId,
} from './fhir/bundle.ts'
import type { FhirContext, Neighbours } from './fhir/context.ts'
import { Element } from './fhir/element.ts'
import { externalIdOf, readVersion } from './fhir/identity.ts'
import { isWhole, readNotification } from './fhir/notification.ts'
import { readDeletion, readResource, supportedResources } from './fhir/resource.ts'
import { livesElsewhere } from './fhir/server.ts'
import type { InboundRecord } from './normalForm.ts'
import type { InboundReason } from './reason.ts'
import type { WireEntry, WireMessage } from './wireMessage.ts'

/** More entries than this belong into several messages: they are stored all at once, and hold up what is about the same. */
export const maxTransactionEntries = 1_000
/** More entries than this belong into a file. */
export const maxBundleEntries = 50_000

/**
 * FHIR R4 JSON to normal form (Inbound: FHIR R4). Takes single resources and Bundles; gives a record or reasons for
 * each resource and never throws, whatever the JSON.
 */
export function parseFhir(json: unknown, context: FhirContext): WireMessage {
  const reasons: InboundReason[] = []
  const root = new Element(json, '$this', reasons)
  const type = root.isObject ? root.text('resourceType', 60) : null
  if (type === null) {
    root.error(
      'malformed',
      `is no FHIR resource: it has to be a JSON object with a resourceType, one of ${supportedResources.join(', ')}, Bundle`,
    )
    return { bundleType: null, entries: [], reasons }
  }
  if (type !== 'Bundle') return { bundleType: null, entries: [readSingle(json, type, context)], reasons }
  const bundle = new Element(json, 'Bundle', reasons)
  const bundleType = readBundleType(bundle)
  const elements = entriesOf(bundle)
  const most = bundleType === 'transaction' ? maxTransactionEntries : maxBundleEntries
  if (elements.length > most)
    bundle
      .at('entry')
      .error('tooLong', `has ${elements.length} entries: at most ${most} go into one ${bundleType} Bundle`)
  if (bundleType === null || reasons.some((reason) => reason.severity === 'error'))
    return { bundleType, entries: [], reasons }
  const quiet = elements.map((element) => new Element(element.value, element.path, []))
  const neighbours = neighboursOf(quiet, context.settings)
  const notification = notifying.has(bundleType) ? readNotification(quiet) : null
  const entries = elements.map((element, index) => ({ element, index })).slice(notification ? 1 : 0)
  const told = notification ? entries.filter(({ element }) => isWhole(element) || !element.isObject) : entries
  const read = told.map(({ element, index }) => readEntry(element, index, context, neighbours, notification !== null))
  return {
    bundleType,
    entries: bundleType === 'history' && notification === null ? datedByHistory(read, elements) : read,
    reasons,
    ...(notification && { notification }),
  }
}

function readSingle(json: unknown, type: string, context: FhirContext): WireEntry {
  const reasons: InboundReason[] = []
  const resource = new Element(json, type, reasons)
  const id = resource.text('id', 200)
  if (id === null)
    resource
      .at('id')
      .error('missing', 'has to be there: without an id a later version could not be told from a new record')
  const record = readOne(
    resource,
    type,
    id === null ? null : externalIdOf(type, id),
    context,
    neighboursOf([], context.settings),
  )
  return { index: null, resource: `${type}/${id ?? '?'}`, record: accepted(record, reasons), reasons }
}

/** All entries of a Bundle, also those that are no objects: each has its place in the answer. */
function entriesOf(bundle: Element): Element[] {
  const given = bundle.at('entry')
  const { value, path } = given
  if (given.isObject) return [given]
  if (!Array.isArray(value)) {
    if (given.exists) given.error('wrongType', 'is no list of entries')
    return []
  }
  return value.map((each, index) => new Element(each, `${path}[${index}]`, []))
}

/**
 * Deletions of a history, the newest first: one without a date came before what brought its record back, which would
 * otherwise be the older.
 */
function datedByHistory(entries: readonly WireEntry[], elements: readonly Element[]): WireEntry[] {
  const newer = new Map<string, Instant>()
  return entries.map((entry) => {
    const { record, index } = entry
    if (record === null) return entry
    const key = `${record.kind}/${record.externalId}`
    const before = newer.get(key)
    const isDated = index === null || elements[index]?.at('response').at('lastModified').exists
    if (record.deleted && !isDated && before !== undefined)
      return { ...entry, record: { ...record, sourceVersion: { ...record.sourceVersion, lastUpdated: before - 1 } } }
    if (record.sourceVersion.lastUpdated !== null) newer.set(key, record.sourceVersion.lastUpdated)
    return entry
  })
}

/** In R4 a notification is a history; R4B has a type for it. */
const notifying: ReadonlySet<BundleType> = new Set(['history', 'subscription-notification'] as const)

function readEntry(
  element: Element,
  index: number,
  context: FhirContext,
  neighbours: Neighbours,
  notified: boolean,
): WireEntry {
  const reasons: InboundReason[] = []
  const entry = new Element(element.value, `Bundle.entry[${index}]`, reasons)
  if (!entry.isObject) {
    entry.error('malformed', 'is no entry: it has to be an object with a resource')
    return { index, resource: null, record: null, reasons }
  }
  if (livesElsewhere(entry, neighbours.own))
    entry.error(
      'inconsistent',
      'is the record of another server than the one this source is fetched from: its id may be somebody else’s here. Send it as a source of its own',
    )
  const method = entry.at('request').text('method', 10)
  const target = typeAndId(entry.at('request').text('url'))
  if (method === 'DELETE') {
    if (target === null)
      entry.at('request').at('url').error('missing', 'has to name what is deleted, as in Appointment/a-1')
    const known = target && {
      externalId: externalIdOf(target.type, target.id),
      sourceVersion: deletionVersion(entry, context),
    }
    const record = target && known && readDeletion(target.type, entry.at('request').at('url'), known)
    return { index, resource: target && `${target.type}/${target.id}`, record: accepted(record, reasons), reasons }
  }
  // A notification says with it how the source would be asked, or was told; the resource is whole.
  if (!notified && (method === 'GET' || method === 'HEAD' || method === 'PATCH'))
    entry
      .at('request')
      .at('method')
      .error('unsupportedRequest', `${method} is not taken here: send whole resources with PUT or POST, or DELETE`)
  const resource = entry.at('resource')
  const type = resource.text('resourceType', 60)
  if (type === null) {
    resource.error(
      'malformed',
      `is no FHIR resource: it has to be an object with a resourceType, one of ${supportedResources.join(', ')}`,
    )
    return { index, resource: null, record: null, reasons }
  }
  const externalId = entryIdentity(entry, resource)
  if (externalId === null)
    resource
      .at('id')
      .error(
        'missing',
        'has to be there, or an identifier: without one a later version could not be told from a new record',
      )
  const record = readOne(resource, type, externalId, context, neighbours)
  return {
    index,
    resource: `${type}/${resource.text('id', 200) ?? target?.id ?? '?'}`,
    record: accepted(record, reasons),
    reasons,
  }
}

function readOne(
  resource: Element,
  type: string,
  externalId: string | null,
  context: FhirContext,
  neighbours: Neighbours,
) {
  const known = { ...context, resource, externalId: externalId ?? '', neighbours }
  return readResource(type, known, readVersion(resource, context))
}

function accepted(record: InboundRecord | null, reasons: readonly InboundReason[]): InboundRecord | null {
  return reasons.some((reason) => reason.severity === 'error') ? null : record
}
