import type { FacilityView, ResourceView } from '../../db/queries/practiceResources.ts'
import { facilityEditSchema, resourceEditSchema } from '../../domain/practiceResource.ts'
import type { FieldError } from '../../domain/problem.ts'
import { type FormData, one } from '../formData.ts'
import type { Kind } from './kinds.ts'

type Stored = ResourceView & Partial<FacilityView>

/** The fields as the form has them; an empty one is none. */
export function resourceInput(kind: Kind, form: FormData): Record<string, unknown> {
  const text = (name: string) => one(form, name).trim() || null
  const shared = { publicName: text('publicName'), sensitive: one(form, 'sensitive') === 'yes' }
  if (kind.kind !== 'facility') return shared
  const state = text('state')?.toUpperCase() ?? null
  return { ...shared, timeZone: text('timeZone'), state, phone: text('phone'), address: text('address') }
}

/**
 * What differs from what is stored, checked: a field that was left as the EHR sent it stays the EHR's, and the next
 * sync may change it.
 */
export function checkResource(
  kind: Kind,
  stored: Stored,
  input: Record<string, unknown>,
): { edit: Record<string, unknown> } | { errors: FieldError[] } {
  const before: Readonly<Record<string, unknown>> = { ...stored }
  const changed = Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== (before[name] ?? null)))
  const parsed = (kind.kind === 'facility' ? facilityEditSchema : resourceEditSchema).safeParse(changed)
  if (parsed.success) return { edit: parsed.data }
  return { errors: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) }
}

const labels: Record<string, string> = {
  publicName: 'Name in messages',
  timeZone: 'Time zone',
  state: 'State',
  phone: 'Phone',
  address: 'Address',
}

/** The form's model: what is stored, or what was typed and refused. */
export function resourceForm(kind: Kind, stored: Stored, typed: Record<string, unknown>, errors: FieldError[]) {
  const values: Readonly<Record<string, unknown>> = { ...stored, ...typed }
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '')
  return {
    one: kind.one,
    isFacility: kind.kind === 'facility',
    ehrName: stored.name,
    publicName: text('publicName'),
    sensitive: values.sensitive === true,
    timeZone: text('timeZone'),
    state: text('state'),
    phone: text('phone'),
    address: text('address'),
    zones: kind.kind === 'facility' ? Intl.supportedValuesOf('timeZone') : [],
    problems: errors.map(({ path, message }) => ({ href: `#${path}`, message: `${labels[path] ?? path}: ${message}` })),
    errors: Object.fromEntries(errors.map(({ path, message }) => [path, message])),
  }
}
