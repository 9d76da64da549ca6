import { dayMs, type Instant, minuteMs } from '../../domain/instant.ts'
import { appointmentFile, appointmentLine } from '../../test/support/csvFiles.ts'
import { pause } from '../wait.ts'
import type { Source } from './door.ts'
import type { Seen } from './seen.ts'

const rows = 500

interface Row {
  id: string
  status: 'booked' | 'cancelled'
  start: Instant
}

/** An export of far visits, and the one of the day after: a third moved, a seventh cancelled. */
function exportsOf(now: Instant): Row[][] {
  const first = Array.from({ length: rows }, (_, n): Row => {
    const start = Math.floor(now / minuteMs) * minuteMs + 40 * dayMs + n * minuteMs
    return { id: `row-${n}`, status: 'booked', start }
  })
  const second = first.map((row, n): Row => {
    if (n % 7 === 0) return { ...row, status: 'cancelled' }
    return n % 3 === 0 ? { ...row, start: row.start + dayMs } : row
  })
  return [first, second]
}

/** Uploads two exports, each until it is acknowledged; returns how its rows ended up. */
export async function uploadFiles(origin: string, { id, secret }: Source, gapMs: number): Promise<Row[]> {
  const headers = { 'x-source-id': id, authorization: `Bearer ${secret}`, 'content-type': 'text/csv' }
  const all = exportsOf(Date.now())
  for (const [n, table] of all.entries()) {
    await pause(gapMs)
    const lines = table.map((row) =>
      appointmentLine(row.id, {
        ...{
          Status: row.status === 'booked' ? 'Scheduled' : 'Cancelled',
          Date: new Date(row.start).toISOString(),
          Time: '',
        },
        ...{ Chart: `chart-${row.id}`, First: row.id, Cell: '(555) 555-0150' },
      }),
    )
    const body = appointmentFile(lines)
    for (;;) {
      const signal = AbortSignal.timeout(60_000)
      const url = `${origin}/ehr/csv?name=export-${n}.csv`
      const answer = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => null)
      if (answer?.ok) break
      if (answer && answer.status < 500 && answer.status !== 429) throw new Error(`refused: ${await answer.text()}`)
      await pause(500)
    }
  }
  return all.at(-1) ?? []
}

/** Every row of the files is as the last of them said, and each file was imported once. */
export function checkFiles(sourceId: string, wanted: readonly Row[], { visits, files }: Seen): string[] {
  const known = new Map(visits.filter((visit) => visit.sourceId === sourceId).map((visit) => [visit.externalId, visit]))
  const wrong = wanted.flatMap(({ id, status, start }) => {
    const found = known.get(id)
    if (!found) return [`${id} of a file is not there`]
    return [
      ...(found.status === status ? [] : [`${id} of a file is ${found.status}, not ${status}`]),
      ...(found.startAt.getTime() === start ? [] : [`${id} of a file starts at ${found.startAt.toISOString()}`]),
      ...(found.planned.filter(({ verdict }) => verdict === 'planned').length === (status === 'booked' ? 1 : 0)
        ? []
        : [`${id} of a file has the plan ${JSON.stringify(found.planned)}`]),
    ]
  })
  for (const { name, state, applied, unchanged, rejected } of files)
    if (state !== 'done' || rejected > 0 || applied + unchanged !== rows)
      wrong.push(`${name} is ${state}: ${applied} applied, ${unchanged} unchanged, ${rejected} rejected`)
  if (files.length !== 2) wrong.push(`there are ${files.length} files, not 2`)
  return wrong
}
