import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import { hasShrunk } from '../../../../domain/inbound/csv/snapshot.ts'
import type { FileAlarm } from '../../../entities/ehrFile.ts'
import type { Tx } from '../../../orm.ts'
import { absencesWithheld, countAbsences } from './absences.ts'
import { type ClaimedFile, keepLease } from './claim.ts'
import { finishFile } from './finish.ts'
import { noteKeys } from './keys.ts'
import { keysOf, rowsInBatches } from './readFile.ts'
import type { Turn } from './turn.ts'

/** Rows whose ids are read in one transaction. */
const readingBatch = 1_000

/** Reads which records the file has; an alarm when they are too few. Nothing is applied before all of them are known. */
export async function readIds(turn: Turn, layout: CsvLayout): Promise<FileAlarm | null> {
  const { file, deps } = turn
  let count = 0
  for await (const { reader, rows } of rowsInBatches(layout, turn.body(), { after: 0, size: readingBatch })) {
    count = (rows.at(-1)?.row ?? 1) - 1
    await turn.commit(async (tx) => {
      await noteKeys(tx, file.id, keysOf(reader, rows))
      await keepLease(tx, file, deps.clock(), { position: count })
    })
    // Ids are read anew from the first when this is interrupted, so only a stop does.
    turn.pause({ forOthers: false })
  }
  return turn.commit(async (tx) => {
    const alarm = file.isDecided ? null : await alarmOf(tx, file, layout, count)
    if (alarm !== null) {
      await keepLease(tx, file, deps.clock(), { rows: count })
      await finishFile(tx, file, deps.clock(), { state: 'held', alarm })
      return alarm
    }
    await keepLease(tx, file, deps.clock(), { phase: 'applying', position: 0, rows: count })
    Object.assign(file, { phase: 'applying', position: 0, rows: count })
    return null
  })
}

/** Fewer rows than the last good file of the layout, or fewer of the records that its window should have. */
async function alarmOf(tx: Tx, file: ClaimedFile, layout: CsvLayout, rows: number): Promise<FileAlarm | null> {
  const { snapshot, rows: kind } = layout
  if (snapshot === null || kind === 'patient') return null
  const [last] = await tx.query<{ rows: number }>(
    `select rows from ehr_file where source_id = $1 and layout is not distinct from $2 and state = 'done' and id <> $3
     order by version_at desc, id desc limit 1`,
    [file.sourceId, file.layout, file.id],
  )
  if (last && hasShrunk(snapshot, rows, last.rows)) return { what: 'rows', now: rows, before: last.rows }
  if ((await absencesWithheld(tx, file)) !== null) return null
  const { all, absent } = await countAbsences(tx, file, kind, snapshot)
  return hasShrunk(snapshot, all - absent, all) ? { what: 'absences', now: all - absent, before: all } : null
}
