import { DateTime } from 'luxon'
import type { DeliveryView } from '../../db/queries/deliveries.ts'
import type { DeliveryDetails } from '../../db/queries/deliveryDetails.ts'
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../domain/delivery.ts'
import type { Instant, LocalDate, Zone } from '../../domain/instant.ts'
import { reasons } from '../../domain/reasons.ts'
import { one } from '../formData.ts'
import { deliveryMark } from '../words/status.ts'
import { writtenDay, writtenOut } from '../words/time.ts'
import { secureWord } from './secure.ts'

export interface DeliveryQuery {
  status: DeliveryStatus | ''
  actionId: string
  patientId: string
  from: LocalDate | ''
  to: LocalDate | ''
  cursor: string
}

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The list's state is the address's; what is not readable there is left out. */
export function deliveryQuery(query: Readonly<Record<string, unknown>>): DeliveryQuery {
  const text = (name: string) => one(query, name)
  const fitting = (name: string, pattern: RegExp) => (pattern.test(text(name)) ? text(name) : '')
  const date = (name: string) => (DateTime.fromISO(fitting(name, /^\d{4}-\d\d-\d\d$/)).isValid ? text(name) : '')
  return {
    status: DELIVERY_STATUSES.find((status) => status === text('status')) ?? '',
    actionId: fitting('actionId', id),
    patientId: fitting('patientId', id),
    from: date('from'),
    to: date('to'),
    cursor: fitting('cursor', /^[\w-]{1,2000}$/),
  }
}

/** The first instant of a day there; with `days` 1, the first after it. */
export function startOf(date: LocalDate | '', zone: Zone, days = 0): Instant | undefined {
  return date === '' ? undefined : DateTime.fromISO(date, { zone }).plus({ days }).startOf('day').toMillis()
}

/** One row of the ledger for people: names instead of ids, times written out in the facility's zone. */
export function deliveryRow(delivery: DeliveryView, details: DeliveryDetails | undefined, now: Instant) {
  const zone = details?.zone ?? 'UTC'
  const out = (instant: string | null) => (instant === null ? null : writtenOut(Date.parse(instant), zone, now))
  return {
    id: delivery.id,
    href: `/deliveries/${delivery.id}`,
    title: details?.actionTitle ?? 'An action',
    patient: details?.patientName ?? '',
    staff: details?.staffName ?? null,
    patientHref: details ? `/patients/${details.patientId}` : null,
    visit: details?.startAt ? writtenDay(details.startAt, zone, now) : null,
    mark: deliveryMark(delivery.status),
    reason: delivery.reason === null ? null : reasons[delivery.reason].sentence,
    when: out(delivery.sentAt) ?? out(delivery.sendAt) ?? (details ? writtenOut(details.createdAt, zone, now) : ''),
    channel: delivery.channel === null ? '' : channelWords[delivery.channel],
    secureWord: secureWord(delivery),
    address: delivery.address,
  }
}

export const channelWords: Readonly<Record<string, string>> = { sms: 'SMS', voice: 'Call', email: 'E-mail' }
