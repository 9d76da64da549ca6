import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Found } from '../../../lookup.ts'
import type { Tx } from '../../../orm.ts'
import { isOurMistake, isOutage } from '../failure.ts'
import { absencesWithheld, cancelAbsent } from './absences.ts'
import { applyFile } from './applyFile.ts'
import { type ClaimedFile, claimFile, keepLease, LeaseLost, releaseFile } from './claim.ts'
import { UnreadableCsv } from './csvRows.ts'
import { codeOf } from './errorCode.ts'
import { finishFile } from './finish.ts'
import { withLittleGarbage } from './littleGarbage.ts'
import { WrongColumns } from './readFile.ts'
import { readIds } from './readIds.ts'
import { type ImportDeps, Released, Turn } from './turn.ts'

/** What became of a turn at a file. `notOurs`: somebody else has it, or it must wait. `released`: it goes on later. */
export type ImportOutcome = 'notOurs' | 'done' | 'held' | 'refused' | 'released' | 'lost' | 'failed'

/** In a row without any progress: then it is no use. */
const mostAttempts = 10

/**
 * Imports one due file as far as it gets (Inbound: files): reads all ids, decides whether it may be applied, applies row
 * after row, and cancels what a snapshot no longer has. Whatever happens in between, another turn goes on after the last
 * batch that was committed. Throws what is not the file's fault; then it is due again, after a while.
 */
export async function importFile(deps: ImportDeps, found: Found): Promise<ImportOutcome> {
  const { database, clock } = deps
  const file = await claimFile(database, found, clock())
  if (file === null) return 'notOurs'
  try {
    return await withLittleGarbage(() => run(new Turn(deps, file)))
  } catch (error) {
    return await giveBack(deps, file, error)
  }
}

async function run(turn: Turn): Promise<ImportOutcome> {
  const layout = await turn.layout()
  if (turn.file.phase === 'reading') {
    const alarm = await readIds(turn, layout)
    if (alarm !== null) return 'held'
  }
  if (turn.file.phase === 'applying') await applyFile(turn, layout)
  await endAbsences(turn, layout)
  return 'done'
}

/** What the window has and the file has not was cancelled; unless something says that it may not have been. */
async function endAbsences(turn: Turn, { rows: kind, snapshot }: CsvLayout): Promise<void> {
  const { file, deps } = turn
  const reasons: InboundReason[] = []
  if (kind !== 'patient' && snapshot !== null) {
    const withheld = await turn.commit((tx) => absencesWithheld(tx, file))
    if (withheld !== null) reasons.push(withheld)
    else
      for (let noted = -1; noted !== 0; ) {
        noted = await turn.commit(async (tx, source) => {
          const now = deps.clock()
          const ended = await cancelAbsent(tx, source, file, kind, { limit: 100, now })
          await keepLease(tx, file, now, { absent: ended.cancelled })
          return ended.noted
        })
        if (noted !== 0) turn.pause()
      }
  }
  await turn.commit((tx) => finishFile(tx, file, deps.clock(), { state: 'done', reasons }))
}

async function giveBack({ database, clock }: ImportDeps, file: ClaimedFile, error: unknown): Promise<ImportOutcome> {
  const inFile = (work: (tx: Tx) => Promise<void>) => database.inOrganization(file.organizationId, work)
  if (error instanceof LeaseLost) return 'lost'
  if (error instanceof Released) {
    await inFile((tx) => releaseFile(tx, file, clock(), null))
    return 'released'
  }
  if (error instanceof WrongColumns || error instanceof UnreadableCsv) {
    const reasons = error instanceof WrongColumns ? error.reasons : [error.reason]
    await inFile((tx) => finishFile(tx, file, clock(), { state: 'refused', reasons }))
    return 'refused'
  }
  const code = codeOf(error)
  if (isOurMistake(error) && file.attempts >= mostAttempts) {
    await inFile((tx) => finishFile(tx, file, clock(), { state: 'failed', error: code }))
    return 'failed'
  }
  // Where the database is away, the lease ends by itself.
  if (!isOutage(error)) await inFile((tx) => releaseFile(tx, file, clock() + 5_000 * file.attempts, code))
  throw error
}
