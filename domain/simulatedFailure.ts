import type { TextChannel } from './action.ts'
import type { RefusalKind } from './providerErrors.ts'

/** How a simulated carrier fails a message: it refuses the call, or takes it and reports later that it did not arrive. */
export interface SimulatedFailure {
  when: 'refused' | 'undelivered'
  kind: RefusalKind
  /** As a provider would name it. */
  code: string
}

interface FailingNumber {
  /** The last seven digits, whatever the area code. */
  number: string
  channels: readonly TextChannel[]
  failure: SimulatedFailure
  /** For whoever tries it out. */
  meaning: string
}

const landline: SimulatedFailure = { when: 'refused', kind: 'permanent', code: 'simulatedLandline' }
const gone: SimulatedFailure = { when: 'refused', kind: 'permanent', code: 'simulatedNumberGone' }
const blocked: SimulatedFailure = { when: 'undelivered', kind: 'permanent', code: 'simulatedNotDelivered' }
const stopped: SimulatedFailure = { when: 'refused', kind: 'optOut', code: 'simulatedOptOut' }
const bounced: SimulatedFailure = { when: 'undelivered', kind: 'permanent', code: 'simulatedBounce' }

/** Made-up numbers on which messages fail, so that the next channel can be seen taking over (Who and where). */
export const failingNumbers: readonly FailingNumber[] = [
  { number: '5550190', channels: ['sms'], failure: landline, meaning: 'a landline: takes calls, refuses texts' },
  { number: '5550191', channels: ['sms', 'voice'], failure: gone, meaning: 'not in service: refuses texts and calls' },
  { number: '5550192', channels: ['sms'], failure: blocked, meaning: 'texts are accepted, then not delivered' },
  { number: '5550193', channels: ['sms'], failure: stopped, meaning: 'has told the carrier STOP: no texts, no calls' },
]

/** Mailboxes whose name begins so do not exist: what is sent there comes back. */
export const bouncingMailbox = 'bounce'

/** What the simulated carrier does with a message to an address; null: it arrives. */
export function simulatedFailure(channel: TextChannel, address: string): SimulatedFailure | null {
  if (channel === 'email') return address.toLowerCase().startsWith(bouncingMailbox) ? bounced : null
  const failing = failingNumbers.find(({ number }) => address.endsWith(number))
  return failing?.channels.includes(channel) ? failing.failure : null
}
