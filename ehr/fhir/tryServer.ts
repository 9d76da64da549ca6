import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import { firstPageUrl, readPage } from '../../domain/inbound/pull/page.ts'
import type { PullSettings } from '../../domain/inbound/pull/settings.ts'
import { hourMs } from '../../domain/instant.ts'
import type { Asking } from '../retry.ts'
import type { Trial } from '../trial.ts'
import { fhirClient } from './client.ts'
import { jsonOf, notFhir, refusalOf } from './refusal.ts'

/** Asks for each type as a pull would, one resource of the last hour, and says what came of it. */
export async function tryFhirServer(
  settings: PullSettings,
  credentials: string | null,
  asking: Asking,
): Promise<Trial> {
  const { clock, signal } = asking
  const client = fhirClient(settings, credentials, asking)
  try {
    for (const type of settings.types) {
      const { status, body } = await client.get(firstPageUrl({ ...settings, pageSize: 1 }, type, clock() - hourMs))
      if (status !== 200) throw refusalOf(settings, type, status)
      if (readPage(jsonOf(body)) === null) throw notFhir(settings, type)
    }
    return { isWell: true, code: 'well', message: `${settings.baseUrl} lets us read ${settings.types.join(', ')}.` }
  } catch (error) {
    if (error instanceof PullFailed) return { isWell: false, code: error.code, message: error.message }
    if (!signal.aborted) throw error
    return {
      isWell: false,
      code: 'timedOut',
      message: `${settings.baseUrl} takes too long to answer: ask its operators.`,
    }
  }
}
