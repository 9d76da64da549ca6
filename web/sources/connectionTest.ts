import type { EhrSourceKind } from '../../db/queries/ehrSources.ts'
import type { SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import { trySource } from '../../ehr/trySource.ts'
import type { WebDeps } from '../deps.ts'
import type { FieldProblem } from './problems.ts'

/** What came of asking the server, in a sentence for the practice's admin. */
export interface Tested {
  isWell: boolean
  message: string
  /** Shown by an SFTP server, to be compared and confirmed; null: nothing to confirm. */
  hostKey: string | null
}

/** Somebody waits for the answer. */
const patienceMs = 20_000

/** Asks the server that these settings name. To be called outside any transaction: it may take `patienceMs`. */
export function connectionTest(
  source: { kind: EhrSourceKind; settings: SourceSettings },
  credentials: string | null,
  { clock, network }: Pick<WebDeps, 'clock' | 'network'>,
): () => Promise<Tested> {
  return async () => {
    const trial = await trySource(source, credentials, { clock, network, signal: AbortSignal.timeout(patienceMs) })
    if (trial === null) return said('Nothing is fetched from this source yet: tick it above first.')
    const shown = trial.hostKeyFingerprint ?? null
    const confirmed = source.settings.sftp?.hostKeyFingerprint ?? null
    return { isWell: trial.isWell, message: trial.message, hostKey: shown === confirmed ? null : shown }
  }
}

/** The form says too little to ask anybody. */
export function unsettled(problems: readonly FieldProblem[]): Tested {
  const [first] = problems
  return said(first ? `${first.label}: ${first.message}` : 'The settings need another look.')
}

function said(message: string): Tested {
  return { isWell: false, message, hostKey: null }
}
