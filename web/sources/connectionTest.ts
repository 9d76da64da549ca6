import type { SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import type { Clock } from '../../domain/instant.ts'
import { tryFhirServer } from '../../ehr/fhir/tryServer.ts'
import type { FieldProblem } from './problems.ts'

/** What came of asking the EHR, in a sentence for the practice's admin. */
export interface Tested {
  isWell: boolean
  message: string
}

/** Somebody waits for the answer. */
const patienceMs = 20_000

/** Asks the EHR by these settings. To be called outside any transaction: the answer may take `patienceMs`. */
export function connectionTest(
  { pull }: SourceSettings,
  credentials: string | null,
  clock: Clock,
): () => Promise<Tested> {
  return async () => {
    if (pull === null)
      return { isWell: false, message: 'Nothing is fetched from this source yet: tick it above first.' }
    return tryFhirServer(pull, credentials, clock, AbortSignal.timeout(patienceMs))
  }
}

/** The form says too little to ask anybody. */
export function unsettled(problems: readonly FieldProblem[]): Tested {
  const [first] = problems
  return { isWell: false, message: first ? `${first.label}: ${first.message}` : 'The settings need another look.' }
}
