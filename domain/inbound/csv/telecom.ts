import type { TextChannel } from '../../action.ts'
import { emailAddress } from '../emailAddress.ts'
import type { InboundContactPoint } from '../normalForm.ts'
import { phoneNumber } from '../phone.ts'
import type { Cells } from './cells.ts'

const phoneFields = { mobilePhone: 'mobile', phone: null, homePhone: 'home', workPhone: 'work' } as const

/**
 * The ways to reach a patient, the mobile phone first. Texts go to mobiles; a landline gets calls, unless it is the only
 * number there is.
 */
export function readTelecom(cells: Cells, region: string): InboundContactPoint[] {
  const phones = new Map<string, string | null>()
  for (const [field, use] of Object.entries(phoneFields) as [keyof typeof phoneFields, string | null][]) {
    const text = cells.text(field, 100)
    const number = text === null ? null : phoneNumber(text, region)
    if (text !== null && number === null)
      cells.warn(field, 'invalidContactPoint', 'is no phone number, and is left out')
    if (number !== null && !phones.has(number)) phones.set(number, use)
  }
  const someMobile = [...phones.values()].includes('mobile')
  const points: InboundContactPoint[] = [...phones].map(([address, use], index) => {
    const texts = use === 'mobile' || phones.size === 1 || (!someMobile && use !== 'work')
    const channels: TextChannel[] = texts ? ['sms', 'voice'] : ['voice']
    return { address, channels, use, rank: index + 1 }
  })
  const text = cells.text('email', 300)
  const email = text === null ? null : emailAddress(text)
  if (text !== null && email === null)
    cells.warn('email', 'invalidContactPoint', 'is no e-mail address, and is left out')
  if (email !== null) points.push({ address: email, channels: ['email'], use: null, rank: points.length + 1 })
  return points
}
