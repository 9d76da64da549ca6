import type { SourceSettings } from '../sourceSettings.ts'
import type { Element } from './element.ts'

/** Base URLs of a source's own server, as `serverOf` writes them; null: it is not known, and every address counts. */
export type OwnServers = ReadonlySet<string> | null

const absolutePattern =
  /^(?:[A-Za-z][\w+.-]*:)?\/\/([^/?#\s]+)(.*)\/[A-Z][A-Za-z]{1,40}(?:\/[^/?#\s]+(?:\/_history\/[^/]*)?|\?.*)$/

/**
 * The server that an absolute FHIR URL leads to, to be compared: `https://EHR.example/fhir/Patient/7` is on
 * `ehr.example/fhir`. With or without TLS it is the same one. Null for what is relative or no such URL.
 */
function serverOf(url: string | null): string | null {
  const [, host, path = ''] = url === null ? [] : (absolutePattern.exec(url) ?? [])
  return host === undefined ? null : serverAt(host, path)
}

function serverAt(host: string, path: string): string {
  return `${host.toLowerCase().replace(/:(80|443)$/, '')}${path.replace(/\/+$/, '')}`
}

/**
 * The servers whose ids are the source's own: the one that it is pulled from. A server behind a proxy may call itself
 * otherwise in all of a Bundle: it is believed, unless something there has the address that is known.
 */
export function ownServers({ pull }: SourceSettings, entries: readonly Element[]): OwnServers {
  if (pull === null) return null
  const { host, pathname } = new URL(pull.baseUrl)
  const known = serverAt(host, pathname)
  const said = new Set(entries.flatMap((entry) => serverOfEntry(entry) ?? []))
  return said.has(known) ? new Set([known]) : said.add(known)
}

/** Where an entry's resource lives, where it says so. */
function serverOfEntry(entry: Element): string | null {
  return serverOf(entry.text('fullUrl')) ?? serverOf(entry.at('request').text('url'))
}

/** Whether the id that a URL ends with says nothing here: on another server it may be somebody else's. */
export function isElsewhere(url: string, own: OwnServers): boolean {
  return own !== null && isOther(serverOf(url), own)
}

/** The same of an entry's resource. */
export function livesElsewhere(entry: Element, own: OwnServers): boolean {
  return own !== null && isOther(serverOfEntry(entry), own)
}

function isOther(server: string | null, own: ReadonlySet<string>): boolean {
  return server !== null && !own.has(server)
}
