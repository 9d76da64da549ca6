import { notFound, Problem } from '../../../../domain/problem.ts'
import type { EhrFileState } from '../../../entities/ehrFile.ts'
import type { Tx } from '../../../orm.ts'
import { type By, recordAudit } from '../../audit.ts'
import { at } from '../../values.ts'
import { chunkBytes } from './chunks.ts'
import { forgetKeys } from './finish.ts'
import { type EhrFileView, readEhrFile } from './views.ts'

/** What a person can do with a file, and in which of its states. */
const decisions = {
  confirm: { from: ['held'], audit: 'confirmed', sentence: 'Only a file that is held can be confirmed' },
  reject: { from: ['held'], audit: 'rejected', sentence: 'Only a file that is held can be rejected' },
  cancel: {
    from: ['waiting', 'running', 'held'],
    audit: 'cancelled',
    sentence: 'Only an import that has not ended can be cancelled',
  },
  replay: {
    from: ['done', 'refused', 'rejected', 'cancelled', 'failed'],
    audit: 'replayed',
    sentence: 'Only an import that has ended can be begun again',
  },
} as const satisfies Record<string, { from: readonly EhrFileState[]; audit: string; sentence: string }>
export type FileDecision = keyof typeof decisions

/**
 * Lets a held file pass, rejects it, cancels an import (what it has applied stays), or begins an ended one again by the
 * layout as it is now. Throws `notFound`, and `conflict` when the file is in no state for that.
 */
export async function decideFile(tx: Tx, id: string, decision: FileDecision, by: By): Promise<EhrFileView> {
  const { from, audit, sentence } = decisions[decision]
  const [file] = await tx.query<{ state: EhrFileState }>('select state from ehr_file where id = $1 for update', [id])
  if (!file || file.state === 'receiving') throw notFound('file')
  if (!(from as readonly EhrFileState[]).includes(file.state))
    throw new Problem('conflict', `${sentence}: this one is ${file.state}.`)
  if (decision === 'replay') await mustBeThere(tx, id)
  if (decision === 'confirm' || decision === 'replay') await beginAgain(tx, id, decision, by)
  else await end(tx, id, decision === 'reject' ? 'rejected' : 'cancelled', by)
  await recordAudit(tx, by, { action: audit, subject: 'ehrFile', subjectId: id })
  return readEhrFile(tx, id)
}

/** A file that was deleted by age, or a part of it, would look like a shorter one: a snapshot without the rest. */
async function mustBeThere(tx: Tx, id: string): Promise<void> {
  const gone = await tx.query(
    `select 1 from ehr_file f where f.id = $1
       and (select count(*) from ehr_file_chunk c where c.file_id = f.id) < ceil(f.bytes / $2::numeric)`,
    [id, chunkBytes],
  )
  if (gone.length > 0)
    throw new Problem('conflict', 'The file as it came was deleted by age; what became of it is all that is left.')
}

/**
 * A confirmed file is read by the layout that it was held with; one begun again by that of now, with counts from zero,
 * and it is held again where it has shrunk: what was decided was about the time before.
 */
async function beginAgain(tx: Tx, id: string, decision: 'confirm' | 'replay', by: By): Promise<void> {
  const anew = `, layout_settings = null, applied = 0, unchanged = 0, rejected = 0, absent = 0, rows = null, reasons = '[]', alarm = null,
    decided_by = null, decided_at = null`
  const confirmed = `, decided_by = $3, decided_at = $2`
  await tx.query(
    `update ehr_file set state = 'waiting', phase = 'reading', position = 0, attempts = 0, last_error = null, finished_at = null,
       next_attempt_at = $2, updated_at = $2${decision === 'replay' ? anew : confirmed} where id = $1`,
    decision === 'replay' ? [id, at(by.now)] : [id, at(by.now), by.who.userId],
  )
  await forgetKeys(tx, id)
  if (decision === 'replay') await tx.query('delete from ehr_file_reject where file_id = $1', [id])
}

async function end(tx: Tx, id: string, state: 'rejected' | 'cancelled', by: By): Promise<void> {
  await tx.query(
    `update ehr_file set state = $2, lease = null, next_attempt_at = null, finished_at = $3, updated_at = $3,
       decided_by = case when state = 'held' then $4::uuid else decided_by end, decided_at = case when state = 'held' then $3 else decided_at end
      where id = $1`,
    [id, state, at(by.now), by.who.userId],
  )
  await forgetKeys(tx, id)
}
