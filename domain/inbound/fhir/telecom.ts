import type { TextChannel } from '../../action.ts'
import type { Instant } from '../../instant.ts'
import { emailAddress } from '../emailAddress.ts'
import type { InboundContactPoint } from '../normalForm.ts'
import { phoneNumber } from '../phone.ts'
import type { Element } from './element.ts'
import { isCurrent } from './primitives.ts'

interface RawPoint {
  system: 'phone' | 'sms' | 'email'
  address: string
  use: string | null
  rank: number | null
}

/**
 * The current ways to reach somebody, preferred first: by rank, then in the order given. Numbers become E.164, read in
 * `region` when they name no country; what can be no number or address is left out with a warning.
 */
export function readTelecom(parent: Element, now: Instant, region: string): InboundContactPoint[] {
  const points = parent
    .list('telecom')
    .filter((telecom) => telecom.text('use', 20) !== 'old' && isCurrent(telecom, now))
    .map((telecom) => readPoint(telecom, region))
    .filter((point) => point !== null)
  const ranked = points
    .map((point, index) => ({ ...point, order: point.rank ?? Number.MAX_SAFE_INTEGER, index }))
    .sort((a, b) => a.order - b.order || a.index - b.index)
  const merged = new Map<string, InboundContactPoint>()
  for (const point of ranked) {
    const known = merged.get(point.address)
    const channels = new Set([...(known?.channels ?? []), ...channelsOf(point, points)])
    merged.set(point.address, {
      address: point.address,
      channels: channelOrder.filter((channel) => channels.has(channel)),
      use: known?.use ?? point.use,
      rank: known?.rank ?? merged.size + 1,
    })
  }
  return [...merged.values()]
}

const channelOrder: readonly TextChannel[] = ['sms', 'voice', 'email']

/** The first phone number as it would be printed for callers: E.164 where it is one, else as given. */
export function readOfficePhone(parent: Element, now: Instant, region: string): string | null {
  for (const telecom of parent.list('telecom')) {
    const value = telecom.text('value', 60)
    if (telecom.text('system', 20) !== 'phone' || value === null || !isCurrent(telecom, now)) continue
    return phoneNumber(value, region) ?? value
  }
  return null
}

function readPoint(telecom: Element, region: string): RawPoint | null {
  const [system, value] = [telecom.text('system', 20), telecom.text('value', 300)]
  if (value === null || (system !== 'phone' && system !== 'sms' && system !== 'email')) return null
  const at = telecom.at('value')
  const address = system === 'email' ? emailAddress(value) : phoneNumber(value, region)
  if (address === null)
    return at.warn(
      'invalidContactPoint',
      system === 'email' ? 'is no e-mail address, and is left out' : 'is no phone number, and is left out',
    )
  return { system, address, use: telecom.text('use', 20), rank: telecom.count('rank') }
}

/** Texts go to mobiles; a landline gets calls, unless it is the only number there is. */
function channelsOf(point: RawPoint, all: readonly RawPoint[]): TextChannel[] {
  if (point.system === 'email') return ['email']
  if (point.system === 'sms') return ['sms']
  const phones = new Set(all.filter((other) => other.system !== 'email').map((other) => other.address))
  const someMobile = all.some((other) => other.system === 'sms' || other.use === 'mobile')
  const mobile = point.use === 'mobile' || phones.size === 1 || (point.use === null && !someMobile)
  return mobile ? ['sms', 'voice'] : ['voice']
}
