import * as z from 'zod'
import { getOrganization } from '../../db/queries/organization.ts'
import { readSourceCounters } from '../../db/queries/sourceCounters.ts'
import type { LocalDate } from '../../domain/instant.ts'
import { Problem } from '../../domain/problem.ts'
import { formatDate, localDate, parseDate } from '../../domain/time.ts'
import { idParams } from '../input.ts'
import { route } from '../route.ts'

const longestDays = 92
const usualDays = 14
const date = z.iso.date('a day is YYYY-MM-DD')
const count = z.int()

const sourceDay = z
  .strictObject({
    date: z.iso.date(),
    received: count,
    applied: count,
    unchanged: count,
    partly: count,
    quarantined: count,
    failed: count,
    refused: count,
    lagSeconds: z.int().nullable(),
  })
  .meta({ id: 'SourceDay' })

export const sourceCounterRoutes = [
  route({
    method: 'get',
    path: '/api/ehr-sources/{id}/counters',
    tag: 'EHR',
    role: 'staff',
    summary: `What a source sent day by day, of the practice’s days, and what became of it: the last ${usualDays} days, or up to ${longestDays} from from to to. lagSeconds: how late half of the news was`,
    params: idParams,
    query: z.strictObject({ from: date.optional(), to: date.optional() }),
    response: z.strictObject({ timeZone: z.string(), days: z.array(sourceDay) }).meta({ id: 'SourceCounters' }),
    handle: async ({ tx, params, query, now }) => {
      const { timeZone } = await getOrganization(tx)
      return readSourceCounters(tx, params.id, period(query, localDate(timeZone, now)))
    },
  }),
]

/** Throws `malformed`. */
function period(query: { from?: LocalDate | undefined; to?: LocalDate | undefined }, today: LocalDate) {
  const to = query.to ?? today
  const from = query.from ?? formatDate((parseDate(to) ?? 0) - usualDays + 1)
  const days = (parseDate(to) ?? 0) - (parseDate(from) ?? 0) + 1
  const refuse = (path: string, message: string) => new Problem('malformed', `${path}: ${message}`, [{ path, message }])
  if (days < 1) throw refuse('to', 'the last day is not before the first')
  if (days > longestDays) throw refuse('from', `at most ${longestDays} days at once`)
  return { from, to }
}
