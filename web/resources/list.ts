import type { FacilityView, ResourceView } from '../../db/queries/practiceResources.ts'
import { one, queryString } from '../formData.ts'
import { type Kind, kindHref, kinds, resourceHref } from './kinds.ts'

export type ListedResource = ResourceView & Partial<FacilityView>

export interface ResourceQuery {
  q: string
  state: 'on' | 'off' | ''
  cursor: string
}

/** The table's state is the address's. */
export function resourceQuery(query: Readonly<Record<string, unknown>>): ResourceQuery {
  const state = one(query, 'state')
  return {
    q: one(query, 'q').trim().slice(0, 200),
    state: state === 'on' || state === 'off' ? state : '',
    cursor: one(query, 'cursor'),
  }
}

/** The address of the list in the state it is in, without the page it is at. */
export function hereOf(kind: Kind, { q, state }: ResourceQuery): string {
  return `${kindHref(kind)}${queryString({ q, state })}`
}

export function shownName(row: ResourceView): string {
  return row.publicName ?? row.name
}

/** A page of the table. `waiting` tells what switching off each one would drop. */
export function resourceList(
  kind: Kind,
  rows: readonly ListedResource[],
  query: ResourceQuery,
  more: { waiting: ReadonlyMap<string, number>; kindWaiting: number; nextCursor: string | null },
) {
  const here = hereOf(kind, query)
  return {
    slug: kind.slug,
    title: kind.title,
    many: kind.many,
    kinds: kinds.map((each) => ({ href: kindHref(each), title: each.title, current: each.slug === kind.slug })),
    query,
    filtered: query.q !== '' || query.state !== '',
    here,
    kindWaiting: more.kindWaiting,
    rows: rows.map((row) => ({
      id: row.id,
      href: resourceHref(kind, row.id),
      name: shownName(row),
      ehrName: row.publicName !== null && row.publicName !== row.name ? row.name : null,
      where: [row.timeZone, row.state].filter(Boolean).join(', '),
      enabled: row.enabled,
      sensitive: row.sensitive,
      waiting: more.waiting.get(row.id) ?? 0,
    })),
    next: more.nextCursor === null ? null : `${kindHref(kind)}${queryString({ ...query, cursor: more.nextCursor })}`,
    back: query.cursor === '' ? null : here,
  }
}
