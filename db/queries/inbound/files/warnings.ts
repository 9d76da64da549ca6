import type { ReadRow } from '../../../../domain/inbound/csv/row.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Tx } from '../../../orm.ts'
import type { CsvRow } from './csvRows.ts'

/** What was odd about rows that were taken: said once, with how many there are. */
interface CountedReason extends InboundReason {
  rows: number
  firstRow: number
}

/** More kinds of oddities than anybody reads. */
const mostKinds = 50

/** Adds the warnings of a batch to those of its file. */
export async function noteWarnings(
  tx: Tx,
  fileId: string,
  taken: readonly (ReadRow & { row: CsvRow })[],
): Promise<void> {
  if (taken.every(({ reasons }) => reasons.length === 0)) return
  const [file] = await tx.query<{ reasons: CountedReason[] }>('select reasons from ehr_file where id = $1', [fileId])
  const counted = new Map((file?.reasons ?? []).map((reason) => [`${reason.path}/${reason.message}`, reason]))
  for (const { row, reasons } of taken)
    for (const reason of reasons) {
      const name = `${reason.path}/${reason.message}`
      const known = counted.get(name)
      if (known) known.rows += 1
      else if (counted.size < mostKinds) counted.set(name, { ...reason, rows: 1, firstRow: row.row })
    }
  await tx.query('update ehr_file set reasons = $2 where id = $1', [fileId, JSON.stringify([...counted.values()])])
}
