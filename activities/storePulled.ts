import { isOurMistake } from '../db/queries/inbound/failure.ts'
import { receiveFhir } from '../db/queries/inbound/receiveFhir.ts'
import { maxBundleEntries } from '../domain/inbound/fhir.ts'
import { type PullPage, partsOf } from '../domain/inbound/pull/page.ts'
import type { PullSettings } from '../domain/inbound/pull/settings.ts'
import type { FhirClient } from '../ehr/fhir/client.ts'
import type { ActivityDeps } from './deps.ts'
import type { PullTurn } from './puller.ts'

/** What a turn with one FHIR server works with. */
export interface FhirPull {
  deps: ActivityDeps
  turn: PullTurn
  settings: PullSettings
  client: FhirClient
  /** Messages that we could not store through a mistake of ours: they wait in the feed, and hold up nothing. */
  kept: number
}

/** Stores a page like a message that was posted. */
export async function storePage(pull: FhirPull, body: Buffer, page: PullPage, isFirstRound: boolean): Promise<void> {
  if (page.entries.length === 0) return
  const parts = partsOf(page, maxBundleEntries)?.map((part) => Buffer.from(JSON.stringify(part)))
  for (const part of parts ?? [body]) await storePulled(pull, part, isFirstRound)
}

/** What the first round brings is history, whatever the source posts meanwhile. */
export async function storePulled(pull: FhirPull, body: Buffer, isHistory: boolean): Promise<void> {
  const { database, encryption, clock, report } = pull.deps
  const { source } = pull.turn.taken
  const known = isHistory ? { ...source, status: 'loading' as const } : source
  const raw = { contentType: 'application/fhir+json', body }
  try {
    await receiveFhir({ database, encryption }, known, raw, clock())
  } catch (error) {
    if (!isOurMistake(error)) throw error
    pull.kept += 1
    const { code, name } = error as { code?: unknown; name?: unknown }
    report({ event: 'pulledMessageKept', sourceId: source.id, code: String(code ?? name) })
  }
}
