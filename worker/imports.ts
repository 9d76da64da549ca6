import { type ImportOutcome, importFile } from '../db/queries/inbound/files/importFile.ts'
import type { ImportDeps } from '../db/queries/inbound/files/turn.ts'
import { backoff } from './backoff.ts'
import { errorCode } from './errorCodes.ts'
import { type Loop, startLoop } from './loop.ts'

export interface ImporterDeps extends Omit<ImportDeps, 'isStopping'> {
  report: (event: ImporterEvent) => void
  /** How long to wait (ms) when no file is there. */
  pollMs?: number
}
export type ImporterEvent =
  | { event: 'fileImported'; fileId: string; outcome: Exclude<ImportOutcome, 'notOurs'>; ms: number }
  | { event: 'importWaits'; code: string; waitMs: number }

/** Due files that are looked at in a turn: of those some may be other workers'. */
const lookedAt = 20

/** Imports the files of sources, one at a time in this process; several processes share them. */
export function startImporter(deps: ImporterDeps): Loop {
  const { pollMs = 2_000 } = deps
  const waits = backoff(1_000, 60_000)
  let stopping = false
  const loop = startLoop(async () => {
    try {
      const imported = await importOnce({ ...deps, isStopping: () => stopping })
      waits.succeeded()
      return imported ? 0 : pollMs
    } catch (error) {
      const waitMs = waits.failed()
      deps.report({ event: 'importWaits', code: errorCode(error), waitMs })
      return waitMs
    }
  })
  return {
    ...loop,
    stop() {
      stopping = true
      return loop.stop()
    },
  }
}

/** Has a turn at the first due file that nobody else has; false when there is none. */
async function importOnce(deps: ImporterDeps & Pick<ImportDeps, 'isStopping'>): Promise<boolean> {
  for (const due of await deps.database.lookup.dueFiles(deps.clock(), lookedAt)) {
    const started = performance.now()
    const outcome = await importFile(deps, due)
    if (outcome === 'notOurs') continue
    deps.report({ event: 'fileImported', fileId: due.id, outcome, ms: performance.now() - started })
    return true
  }
  return false
}
