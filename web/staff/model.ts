import type { ResourceView } from '../../db/queries/practiceResources.ts'
import type { StaffRole, StaffView } from '../../db/queries/staff.ts'
import type { UserView } from '../../db/queries/users.ts'
import { textChannels } from '../../domain/action.ts'
import type { FieldError } from '../../domain/problem.ts'
import { sameRole, weekdays } from '../../domain/staff.ts'
import { channelWords } from '../deliveries/list.ts'
import { pointRows, type StaffForm } from './form.ts'
import { hoursInWords } from './hours.ts'

export interface StaffSurroundings {
  roles: readonly StaffRole[]
  facilities: readonly ResourceView[]
  providers: readonly ResourceView[]
  /** null: whoever looks may not see who signs in. */
  users: readonly UserView[] | null
}

const nameOf = ({ name, publicName }: ResourceView) => publicName ?? name

/** A row of the list: names instead of ids, and what would keep a message from this person. */
export function staffRow(member: StaffView, facilities: readonly ResourceView[]) {
  const { contactPoints, roles, facilityIds } = member
  const works = contactPoints.filter(({ invalidSince, consent }) => !invalidSince && consent.care !== 'denied')
  return {
    id: member.id,
    href: `/settings/staff/${member.id}`,
    name: `${member.firstName} ${member.lastName}`,
    roles,
    facilities: facilityIds
      .map((id) => facilities.find((each) => each.id === id))
      .flatMap((each) => (each ? [nameOf(each)] : [])),
    hours: hoursInWords(member.ownHours),
    channels: [...new Set(works.map(({ channel }) => channelWords[channel] ?? channel))],
    active: member.active,
    notes: [
      contactPoints.length === 0 ? 'no number' : works.length === 0 ? 'not reachable' : null,
      roles.length > 0 && facilityIds.length === 0 ? 'at no facility' : null,
    ].filter((note) => note !== null),
  }
}

/** The form of one staff member: what is stored, or what was typed and refused. */
export function staffModel(
  form: StaffForm,
  member: StaffView | null,
  errors: readonly FieldError[],
  { roles, facilities, providers, users }: StaffSurroundings,
) {
  const byField = new Map(errors.map(({ path, message }) => [fieldOf(path), message]))
  const points = Array.from({ length: Math.min(pointRows, form.points.findLastIndex(({ address }) => address) + 3) })
  const chosenRole = (role: string) => form.roles.some((each) => sameRole(each, role))
  return {
    id: member?.id ?? null,
    version: member?.version ?? 0,
    name: member === null ? 'New staff member' : `${member.firstName} ${member.lastName}`,
    active: member?.active ?? true,
    action: member === null ? '/settings/staff' : `/settings/staff/${member.id}`,
    form,
    roles: roles.map(({ role, staff }) => ({ role, staff, chosen: chosenRole(role) })),
    otherRoles: form.roles.filter((role) => !roles.some((known) => sameRole(known.role, role))).join(', '),
    facilities: facilities.map((facility) => ({
      id: facility.id,
      name: nameOf(facility),
      chosen: form.facilityIds.includes(facility.id),
      enabled: facility.enabled,
    })),
    providers: providers.map((provider) => ({
      id: provider.id,
      name: nameOf(provider),
      chosen: provider.id === form.providerId,
    })),
    users:
      users?.map(({ id, name, email }) => ({ id, label: `${name}, ${email}`, chosen: id === form.userId })) ?? null,
    signsInAs: member?.signsInAs?.email ?? null,
    zones: Intl.supportedValuesOf('timeZone'),
    days: weekdays.map((name) => ({
      name,
      label: name.charAt(0).toUpperCase() + name.slice(1),
      ...form.hours[name],
      error: byField.get(`ownHours.${name}`) ?? null,
    })),
    points: points.map((_, n) => {
      const point = form.points[n] ?? { channel: 'sms', address: '', worksAgain: false }
      const stored = member?.contactPoints.find(
        ({ channel, address }) => channel === point.channel && address === point.address,
      )
      return {
        n,
        address: point.address,
        channels: textChannels.map((value) => ({
          value,
          label: channelWords[value] ?? value,
          chosen: value === point.channel,
        })),
        failed: stored?.invalidSince != null,
        worksAgain: point.worksAgain,
        optedOut: stored?.consent.care === 'denied',
        error: byField.get(`contactPoints.${n}`) ?? null,
      }
    }),
    errors: Object.fromEntries(byField),
    problems: errors.map(({ path, message }) => ({
      message: `${labelOf(path)}: ${message}`,
      href: `#${fieldOf(path).replaceAll('.', '-')}`,
    })),
  }
}

const labels: Record<string, string> = {
  firstName: 'First name',
  lastName: 'Last name',
  roles: 'Roles',
  facilityIds: 'Facilities',
  providerId: 'Provider',
  userId: 'Signs in as',
  timeZone: 'Time zone',
  language: 'Language',
  ownHours: 'Own hours',
  contactPoints: 'Numbers and addresses',
}

/** The field that shows an error: of hours the weekday's, of a number its line's. */
function fieldOf(path: string): string {
  const [field = '', part] = path.split('.')
  return (field === 'ownHours' || field === 'contactPoints') && part !== undefined ? `${field}.${part}` : field
}

function labelOf(path: string): string {
  const [field = '', part] = path.split('.')
  const label = labels[field] ?? 'Staff member'
  if (field === 'ownHours' && part !== undefined) return `${label}, ${part.charAt(0).toUpperCase()}${part.slice(1)}`
  return field === 'contactPoints' && part !== undefined ? `${label}, line ${Number(part) + 1}` : label
}
