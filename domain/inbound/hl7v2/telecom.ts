import type { TextChannel } from '../../action.ts'
import { emailAddress } from '../emailAddress.ts'
import type { InboundContactPoint } from '../normalForm.ts'
import { phoneNumber } from '../phone.ts'
import type { Segment } from './segment.ts'

/** Equipment that nobody reads a message on, and calls of others: fax, modem, teletype, beeper; emergency, answering service. */
const uselessEquipment = new Set(['FX', 'MD', 'TDD', 'TTY', 'BP', 'X.400', 'SAT'])
const uselessUse = new Set(['EMR', 'ASN', 'BPN'])

interface RawPoint {
  address: string
  kind: 'mobile' | 'phone' | 'email'
  use: string
}

/**
 * XTN: the ways to reach somebody, in the order of the fields and of their repetitions. Numbers become E.164; what can be
 * no number or address is left out with a warning. Texts go to mobiles; a landline gets calls, unless it is the only one.
 */
export function readTelecom(
  segment: Segment,
  fields: readonly { field: number; use: string }[],
  region: string,
): InboundContactPoint[] {
  const points = fields.flatMap(({ field, use }) =>
    segment.repetitions(field).flatMap((repetition) => readPoint(segment, field, repetition, use, region)),
  )
  const phones = new Set(points.filter(({ kind }) => kind !== 'email').map(({ address }) => address))
  const someMobile = points.some(({ kind }) => kind === 'mobile')
  const merged = new Map<string, InboundContactPoint>()
  for (const { address, kind, use } of points) {
    if (merged.has(address)) continue
    const texts = kind === 'mobile' || phones.size === 1 || (!someMobile && use === 'home')
    const channels: TextChannel[] = kind === 'email' ? ['email'] : texts ? ['sms', 'voice'] : ['voice']
    merged.set(address, { address, channels, use: kind === 'mobile' ? 'mobile' : use, rank: merged.size + 1 })
  }
  return [...merged.values()]
}

function readPoint(segment: Segment, field: number, repetition: number, use: string, region: string): RawPoint[] {
  const part = (component: number) => segment.text(field, component, repetition)
  const [equipment, code] = [part(3)?.toUpperCase() ?? '', part(2)?.toUpperCase() ?? '']
  if (uselessEquipment.has(equipment) || uselessUse.has(code)) return []
  const mail = part(4) ?? (equipment === 'INTERNET' || code === 'NET' || part(1)?.includes('@') ? part(1) : null)
  if (mail !== null) {
    const address = emailAddress(mail)
    if (address !== null) return [{ address, kind: 'email', use }]
    // Feeds write phone numbers into fields that they call Internet.
    if (part(1) === null) return left(segment, field, 'is no e-mail address, and is left out')
  }
  const number = [part(1), part(12), joined(part(5), part(6), part(7))]
    .map((text) => (text === null ? null : phoneNumber(text, region)))
    .find((each) => each !== null)
  if (number === undefined || number === null) return left(segment, field, 'is no phone number, and is left out')
  return [{ address: number, kind: equipment === 'CP' || code === 'PRS' ? 'mobile' : 'phone', use }]
}

function joined(country: string | null, area: string | null, local: string | null): string | null {
  if (local === null) return null
  return `${country === null ? '' : `+${country.replace(/\D/g, '')} `}${area ?? ''}${local}`
}

function left(segment: Segment, field: number, message: string): RawPoint[] {
  segment.warn(field, 'invalidContactPoint', message)
  return []
}
