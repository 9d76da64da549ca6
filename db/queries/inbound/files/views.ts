import { notFound } from '../../../../domain/problem.ts'
import type { EhrFilePhase, EhrFileState, FileAlarm } from '../../../entities/ehrFile.ts'
import type { InboundReason } from '../../../entities/inbound.ts'
import type { Tx } from '../../../orm.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from '../../page.ts'
import { iso, isoOrNull, type Stamp } from '../../values.ts'

/** A file of a source and how far its import is; what it says stays encrypted. */
export interface EhrFileView {
  id: string
  sourceId: string
  source: string
  name: string
  layout: string | null
  bytes: number
  receivedAt: string
  state: EhrFileState
  phase: EhrFilePhase
  /** Rows (of absences: records) that are done in this phase. */
  position: number
  /** null: not counted yet. */
  rows: number | null
  applied: number
  unchanged: number
  rejected: number
  absent: number
  reasons: InboundReason[]
  /** Why it is held, or was. */
  alarm: FileAlarm | null
  decidedAt: string | null
  finishedAt: string | null
  /** A code: why it does not go on at the moment, or failed. */
  lastError: string | null
}
type Row = Omit<EhrFileView, 'receivedAt' | 'decidedAt' | 'finishedAt'> & {
  receivedAt: Stamp
  decidedAt: Stamp | null
  finishedAt: Stamp | null
}

const select = `select f.id, f.source_id as "sourceId", s.name as source, f.name, f.layout, f.bytes, f.received_at as "receivedAt",
    f.state, f.phase, f.position, f.rows, f.applied, f.unchanged, f.rejected, f.absent, f.reasons, f.alarm,
    f.decided_at as "decidedAt", f.finished_at as "finishedAt", f.last_error as "lastError"
  from ehr_file f join ehr_source s on s.organization_id = f.organization_id and s.id = f.source_id`

function viewOf({ receivedAt, decidedAt, finishedAt, ...row }: Row): EhrFileView {
  return { ...row, receivedAt: iso(receivedAt), decidedAt: isoOrNull(decidedAt), finishedAt: isoOrNull(finishedAt) }
}

export interface EhrFileFilter extends PageRequest {
  sourceId?: string | undefined
  state?: EhrFileState | undefined
}

/** Newest first. */
export async function listEhrFiles(tx: Tx, filter: EhrFileFilter): Promise<Page<EhrFileView>> {
  const after = decodeCursor(filter.cursor, ['instant', 'id'])
  const rows = await tx.query<Row>(
    `${select} where ($1::uuid is null or f.source_id = $1) and ($2::text is null or f.state = $2)
       and ($3::timestamptz is null or (f.received_at, f.id) < ($3::timestamptz, $4::uuid))
     order by f.received_at desc, f.id desc limit $5`,
    [filter.sourceId ?? null, filter.state ?? null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, viewOf, (row) => [iso(row.receivedAt), row.id])
}

/** Throws `notFound`. */
export async function readEhrFile(tx: Tx, id: string): Promise<EhrFileView> {
  const [row] = await tx.query<Row>(`${select} where f.id = $1`, [id])
  if (!row) throw notFound('file')
  return viewOf(row)
}
