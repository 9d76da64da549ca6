import type { PracticeResource } from '../../db/queries/practiceResources.ts'
import type { ResourceKind } from '../../domain/organization.ts'
import { notFound } from '../../domain/problem.ts'

/** One kind of practice resource, as its pages call it. */
export interface Kind {
  slug: string
  table: PracticeResource
  kind: ResourceKind
  title: string
  one: string
  many: string
}

const root = '/settings/resources'
export const kinds: readonly Kind[] = [
  {
    slug: 'facilities',
    table: 'facility',
    kind: 'facility',
    title: 'Facilities',
    one: 'facility',
    many: 'facilities',
  },
  { slug: 'providers', table: 'provider', kind: 'provider', title: 'Providers', one: 'provider', many: 'providers' },
  {
    slug: 'appointment-types',
    table: 'appointment_type',
    kind: 'appointmentType',
    title: 'Appointment types',
    one: 'appointment type',
    many: 'appointment types',
  },
]

/** The kind in a page's address. */
export function kindOf(slug: string | undefined): Kind {
  const kind = kinds.find((each) => each.slug === slug)
  if (!kind) throw notFound('practice resource')
  return kind
}

export const kindHref = ({ slug }: Kind): string => `${root}/${slug}`
export const resourceHref = (kind: Kind, id: string): string => `${root}/${kind.slug}/${id}`
