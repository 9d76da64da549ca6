import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { PullSettings } from '../../domain/inbound/pull/settings.ts'

/** What an answer that is no page means, and what would be right. */
export function refusalOf({ baseUrl, changesBy }: PullSettings, type: string, status: number): PullFailed {
  const how = changesBy === 'history' ? `the history of ${type}` : `a search for ${type} by _lastUpdated`
  switch (status) {
    case 403:
      return new PullFailed(
        'forbidden',
        `${baseUrl} does not let us read ${type} (HTTP 403): have it allowed there, or leave the type out.`,
      )
    case 404:
    case 410:
      return new PullFailed(
        'notFound',
        `${baseUrl} has no ${type} (HTTP ${status}): correct the base URL, or leave the type out.`,
      )
    case 400:
    case 405:
    case 422:
    case 501:
      return new PullFailed(
        'searchRefused',
        `${baseUrl} does not take ${how} (HTTP ${status}): leave the type out, or let its changes be posted to us.`,
      )
    default:
      return new PullFailed('unexpectedStatus', `${baseUrl} answers ${how} with HTTP ${status}: ask its operators.`)
  }
}

export function notFhir({ baseUrl }: PullSettings, type: string): PullFailed {
  return new PullFailed('notFhir', `What ${baseUrl} answers for ${type} is no FHIR Bundle: correct the base URL.`)
}

/** null: no JSON. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
