import { MomentDrop, type Reading } from './moment.ts'
import { readablePhone } from './phoneNumber.ts'
import type { AppointmentContext, RenderContext } from './renderContext.ts'
import { allSquigglies, type SquigglyValue } from './squigglies.ts'

/** What Liquid sees: objects without a prototype, in which a missing value has no property. */
export type Scope = { [name: string]: unknown }

/**
 * The values a template may reach: exactly the catalogue's, so that nothing else that the context holds can get into
 * a message. Without `secure` the PHI squigglies are missing, whatever the check at saving time said.
 */
export function scopeOf(context: RenderContext, reading: Reading, secure: boolean): Scope {
  const scope: Scope = Object.create(null)
  const objects = new Map<string, Scope>()
  for (const { name, value, secureOnly } of allSquigglies) {
    const [root = '', field] = name.split('.')
    if (field === undefined) {
      scope[name] = (context.appointments ?? []).map((item) => appointmentScope(item, reading))
      continue
    }
    const object: Scope = objects.get(root) ?? Object.create(null)
    objects.set(root, object)
    scope[root] = object
    if (secureOnly && !secure) continue
    const found = present(fieldOf(context, root, field), name, value, reading)
    if (value === 'phone' && typeof found === 'string') readableWhenAsked(object, field, found)
    else if (found !== undefined) object[field] = found
  }
  return scope
}

/** Most texts name no phone number, and reading one costs more than the rest of the scope. */
function readableWhenAsked(object: Scope, field: string, phone: string): void {
  Object.defineProperty(object, field, { enumerable: true, get: () => readablePhone(phone) })
}

const appointmentFields = allSquigglies.filter(({ name }) => name.startsWith('appointment.'))

function appointmentScope(appointment: AppointmentContext, reading: Reading): Scope {
  const scope: Scope = Object.create(null)
  for (const { name, value } of appointmentFields) {
    const field = name.slice('appointment.'.length)
    const found = present(fieldOf({ appointment }, 'appointment', field), name, value, reading)
    if (found !== undefined) scope[field] = found
  }
  return scope
}

function fieldOf(context: Partial<RenderContext>, root: string, field: string): unknown {
  const object: unknown = Reflect.get(context, root)
  return object instanceof Object && Object.hasOwn(object, field) ? Reflect.get(object, field) : undefined
}

function present(value: unknown, name: string, kind: SquigglyValue, reading: Reading): unknown {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() === '') return undefined
  const dated = kind === 'instant' || kind === 'date' || kind === 'moment'
  return dated && (typeof value === 'number' || typeof value === 'string')
    ? new MomentDrop(name, value, reading)
    : value
}
