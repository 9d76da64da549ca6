import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Instant } from '../../../../domain/instant.ts'
import type { EhrFileState, FileAlarm } from '../../../entities/ehrFile.ts'
import type { Tx } from '../../../orm.ts'
import { at } from '../../values.ts'
import { type ClaimedFile, LeaseLost } from './claim.ts'

/** Ends an import, or holds it; the file stays. Throws `LeaseLost`. */
export async function finishFile(
  tx: Tx,
  file: ClaimedFile,
  now: Instant,
  end: { state: EhrFileState; reasons?: readonly InboundReason[]; alarm?: FileAlarm; error?: string },
): Promise<void> {
  const { state, reasons = [], alarm, error } = end
  const ended = await tx.query(
    `update ehr_file set state = $3, reasons = reasons || $4::jsonb, alarm = $5, last_error = $6, finished_at = $7, updated_at = $8,
       lease = null, next_attempt_at = null
      where id = $1 and lease = $2 and state = 'running' returning 1`,
    [
      ...[file.id, file.lease, state, JSON.stringify(reasons), alarm ? JSON.stringify(alarm) : null, error ?? null],
      ...[state === 'held' ? null : at(now), at(now)],
    ],
  )
  if (ended.length === 0) throw new LeaseLost('the file is no longer this worker’s')
  if (state !== 'held') await forgetKeys(tx, file.id)
}

/** What an import needs to know of the rows before; nobody does afterwards. */
export async function forgetKeys(tx: Tx, fileId: string): Promise<void> {
  await tx.query('delete from ehr_file_key where file_id = $1', [fileId])
}
