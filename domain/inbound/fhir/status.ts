import type { Element } from './element.ts'

/** A resource's `status` as ours; null (an error) when it is missing or not one of the list. */
export function readStatus<Status>(
  resource: Element,
  statuses: ReadonlyMap<string, Status>,
  what: string,
): Status | null {
  const code = resource.text('status', 40)
  const element = resource.at('status')
  const list = [...statuses.keys()].join(', ')
  if (code === null) return element.error('missing', `has to be one of ${list}`)
  return statuses.get(code) ?? element.error('unknownCode', `is no status of ${what}: it has to be one of ${list}`)
}
