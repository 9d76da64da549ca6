import { isFetchedFrom, type SourceSettings } from '../domain/inbound/sourceSettings.ts'
import type { Clock } from '../domain/instant.ts'
import { tryFhirServer } from './fhir/tryServer.ts'
import { trySftpServer } from './sftp/tryServer.ts'
import type { Trial } from './trial.ts'

/** Asks the server that a source is fetched from, and says what came of it; null: nothing is fetched from it. */
export async function trySource(
  { kind, settings }: { kind: 'fhir' | 'hl7v2' | 'csv'; settings: SourceSettings },
  credentials: string | null,
  clock: Clock,
  signal: AbortSignal,
): Promise<Trial | null> {
  if (!isFetchedFrom(kind, settings)) return null
  if (kind === 'fhir' && settings.pull) return tryFhirServer(settings.pull, credentials, clock, signal)
  if (kind === 'csv' && settings.sftp) return trySftpServer(settings.sftp, credentials, signal)
  return null
}
