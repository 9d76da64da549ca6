import { type FoundRow, findFileRows } from '../../db/queries/inbound/files/foundRows.ts'
import type { Zone } from '../../domain/instant.ts'
import { mayAct } from '../sessions.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { type FeedQuery, feedFilterOf } from './query.ts'

/** More are for the API: a page is read. */
const mostShown = 20

const became: Record<FoundRow['outcome'], string> = {
  changed: 'Changed something',
  rejected: 'Not taken',
  absent: 'Cancelled: the file no longer has it',
}

/** What the list's ids find in files; null: it looks for something that rows do not have. */
export async function fileRowsOf({ tx, organization, now, visitor }: Visit, query: FeedQuery) {
  const { outcome, kind, reason, cursor } = query
  if (outcome !== '' || kind !== '' || reason !== '' || cursor !== '') return null
  const { anyId: externalId, careEventId, patientId, ...rest } = feedFilterOf(query, organization.timeZone)
  if (externalId === undefined && careEventId === undefined && patientId === undefined) return null
  const found = await findFileRows(tx, { ...rest, externalId, careEventId, patientId }, mostShown + 1)
  if (found.length === 0) return null
  return {
    rows: found.slice(0, mostShown).map((row) => model(row, organization.timeZone, now, mayAct(visitor.role, 'admin'))),
    more: found.length > mostShown,
  }
}

function model({ row, outcome, reasons, ...found }: FoundRow, zone: Zone, now: number, mayOpen: boolean) {
  return {
    file: found.file,
    source: found.source,
    href: mayOpen ? `/settings/connections/sources/${found.sourceId}/files` : null,
    when: writtenOut(Date.parse(found.receivedAt), zone, now),
    row: row === null ? null : row.toLocaleString('en-US'),
    ids: [found.externalId, found.patientExternalId].filter((id) => id !== null).join(', '),
    became: became[outcome],
    reasons: reasons.slice(0, 3).map(({ path, message }) => `“${path}” ${message}`),
  }
}
