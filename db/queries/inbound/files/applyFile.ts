import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import { isOurMistake } from '../failure.ts'
import { noteAbsent } from './absences.ts'
import { applyRows } from './applyRows.ts'
import { keepLease, LeaseLost } from './claim.ts'
import type { CsvRow } from './csvRows.ts'
import { codeOf } from './errorCode.ts'
import { rowsInBatches } from './readFile.ts'
import { storeRejects } from './rejects.ts'
import type { Turn } from './turn.ts'

/** After so many rows, and eight times as many each time, Postgres is to count anew how large its tables are. */
const firstCount = 500

/** Applies row after row from where the last turn stopped, and notes in the end what a snapshot no longer has. */
export async function applyFile(turn: Turn, layout: CsvLayout): Promise<void> {
  const { file, deps } = turn
  const { batchRows = 200 } = deps
  let applied = 0
  let countAfter = firstCount
  for await (const batch of rowsInBatches(layout, turn.body(), { after: file.position, size: batchRows })) {
    await applyBatch(turn, batch)
    applied += batch.rows.length
    if (applied >= countAfter) {
      countAfter *= 8
      await turn.commit((tx) => tx.query('select count_imported()'))
    }
    turn.pause()
  }
  const { rows: kind, snapshot } = layout
  await turn.commit(async (tx) => {
    if (kind !== 'patient' && snapshot !== null) await noteAbsent(tx, file, kind, snapshot)
    await keepLease(tx, file, deps.clock(), { phase: 'absences', position: 0 })
  })
  Object.assign(file, { phase: 'absences', position: 0 })
}

/** A row that the database will not take, for a reason that nobody foresaw, is rejected alone. */
async function applyBatch(turn: Turn, batch: Parameters<typeof applyRows>[4]): Promise<void> {
  const { file, deps } = turn
  try {
    await turn.commit((tx, source) => applyRows(deps, tx, source, file, batch, deps.clock()))
  } catch (error) {
    if (error instanceof LeaseLost || !isOurMistake(error)) throw error
    const { reader, rows } = batch
    const [only] = rows
    if (only === undefined) throw error
    if (rows.length === 1) return await rejectAlone(turn, only, error)
    const half = Math.ceil(rows.length / 2)
    await applyBatch(turn, { reader, rows: rows.slice(0, half) })
    await applyBatch(turn, { reader, rows: rows.slice(half) })
  }
}

async function rejectAlone(turn: Turn, row: CsvRow, error: unknown): Promise<void> {
  const { file, deps } = turn
  const message = `could not be stored through no fault of the file (code ${codeOf(error)})`
  const reason: InboundReason = { severity: 'error', code: 'malformed', path: 'row', message }
  await turn.commit(async (tx) => {
    await storeRejects(tx, deps.encryption, file.id, [{ row, reasons: [reason] }])
    await keepLease(tx, file, deps.clock(), { position: row.row - 1, rejected: 1 })
  })
}
