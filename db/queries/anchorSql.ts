import type { Timing } from '../../domain/action.ts'
import { type AnchorWindow, anchorWindow } from '../../domain/anchorWindow.ts'
import type { OrganizationFacts } from '../../domain/facts.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { isZone } from '../../domain/zone.ts'
import { anchorColumns, type Param } from './matchSql.ts'
import type { PracticeSwitches } from './practiceSwitches.ts'

/**
 * Whether the message of a care event is due in a span (`to` excluded; null: without an end), as a condition on
 * `care_event c`: a range of the anchor's index. Where facilities in different zones have different ranges, the widest
 * one is searched and each facility's own decides.
 */
export function dueSql(
  timing: Timing,
  organization: OrganizationFacts,
  { facilities }: Pick<PracticeSwitches, 'facilities'>,
  due: { from: Instant; to: Instant | null },
  param: Param,
): string {
  const ofNone: Zone = isZone(organization.timeZone) ? organization.timeZone : 'UTC'
  const byZone = Map.groupBy(facilities, ({ zone }) => (isZone(zone) ? zone : ofNone))
  byZone.set(ofNone, byZone.get(ofNone) ?? [])
  const windows = [...byZone].map(([zone, own]) => {
    const window = anchorWindow(timing, zone, organization.defaultSendTime, due)
    return { window, ids: own.map(({ id }) => id), isOfNone: zone === ofNone }
  })
  const distinct = Map.groupBy(windows, ({ window }) => JSON.stringify(window))
  const range = (window: AnchorWindow) => rangeSql(timing, window, param)
  const [first] = windows
  if (first === undefined) return 'false'
  if (distinct.size === 1) return range(first.window)
  const own = [...distinct.values()].map((alike) => {
    const ids = param(
      alike.flatMap(({ ids }) => ids),
      'uuid[]',
    )
    const isOfNone = alike.some((each) => each.isOfNone)
    const where = isOfNone ? `(c.facility_id is null or c.facility_id = any(${ids}))` : `c.facility_id = any(${ids})`
    return `(${where} and ${range((alike[0] as (typeof windows)[number]).window)})`
  })
  return `(${range(widest(windows.map(({ window }) => window)))} and (${own.join(' or ')}))`
}

function rangeSql(timing: Timing, { at, days }: AnchorWindow, param: Param): string {
  const columns = anchorColumns[timing.anchor]
  const instants = `${columns.at} >= ${param(new Date(at.from))} and ${columns.at} < ${param(new Date(at.to))}`
  if (columns.day === null) return `(${instants})`
  return `((${instants}) or (${columns.day} >= ${param(days.from, 'date')} and ${columns.day} < ${param(days.to, 'date')}))`
}

function widest(windows: readonly AnchorWindow[]): AnchorWindow {
  const least = <T>(values: readonly T[]) => values.reduce((a, b) => (a < b ? a : b))
  const most = <T>(values: readonly T[]) => values.reduce((a, b) => (a > b ? a : b))
  return {
    at: { from: least(windows.map(({ at }) => at.from)), to: most(windows.map(({ at }) => at.to)) },
    days: { from: least(windows.map(({ days }) => days.from)), to: most(windows.map(({ days }) => days.to)) },
  }
}
