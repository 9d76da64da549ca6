import { isFetchedFrom, type SourceSettings } from '../domain/inbound/sourceSettings.ts'
import { tryFhirServer } from './fhir/tryServer.ts'
import type { Asking } from './retry.ts'
import { trySftpServer } from './sftp/tryServer.ts'
import type { Trial } from './trial.ts'

/** Asks the server that a source is fetched from, and says what came of it; null: nothing is fetched from it. */
export async function trySource(
  { kind, settings }: { kind: 'fhir' | 'hl7v2' | 'csv'; settings: SourceSettings },
  credentials: string | null,
  asking: Asking,
): Promise<Trial | null> {
  if (!isFetchedFrom(kind, settings)) return null
  if (kind === 'fhir' && settings.pull) return tryFhirServer(settings.pull, credentials, asking)
  if (kind === 'csv' && settings.sftp) return trySftpServer(settings.sftp, credentials, asking)
  return null
}
