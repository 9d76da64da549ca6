import { DELIVERY_STATES, type DeliveryStatus } from '../../domain/delivery.ts'
import type { VerdictKind } from '../../domain/verdict.ts'

/** A status is told by a word and a shape; the colour only repeats what they say. */
export interface StatusMark {
  word: string
  icon: string
  tone: 'good' | 'warn' | 'bad' | 'calm'
  meaning: string
}

const marks: Record<DeliveryStatus, Omit<StatusMark, 'meaning'>> = {
  claimed: { word: 'Claimed', icon: 'waiting', tone: 'calm' },
  sending: { word: 'Sending', icon: 'sending', tone: 'calm' },
  sent: { word: 'Sent', icon: 'sent', tone: 'good' },
  delivered: { word: 'Delivered', icon: 'delivered', tone: 'good' },
  undelivered: { word: 'Undelivered', icon: 'failed', tone: 'bad' },
  failed: { word: 'Failed', icon: 'failed', tone: 'bad' },
  skipped: { word: 'Skipped', icon: 'skipped', tone: 'calm' },
  unknown: { word: 'Unknown', icon: 'unknown', tone: 'warn' },
}

export function deliveryMark(status: DeliveryStatus): StatusMark {
  return { ...marks[status], meaning: DELIVERY_STATES[status].meaning }
}

export const actionMarks = {
  active: { word: 'Active', icon: 'on', tone: 'good', meaning: 'Messages are planned and sent.' },
  inactive: { word: 'Inactive', icon: 'off', tone: 'calm', meaning: 'Nothing is planned.' },
} as const satisfies Record<'active' | 'inactive', StatusMark>

const verdictMarks: Record<VerdictKind, StatusMark> = {
  planned: { word: 'Planned', icon: 'waiting', tone: 'good', meaning: 'It goes out at the time shown.' },
  postponed: { word: 'Postponed', icon: 'waiting', tone: 'warn', meaning: 'It is decided again at the time shown.' },
  skipped: { word: 'Skipped', icon: 'skipped', tone: 'calm', meaning: 'It matches, but is not sent.' },
  notMatching: { word: 'Not sent', icon: 'skipped', tone: 'calm', meaning: 'A filter does not hold.' },
  done: { word: 'Done', icon: 'delivered', tone: 'good', meaning: 'The delivery is settled.' },
}

export function verdictMark(verdict: VerdictKind): StatusMark {
  return verdictMarks[verdict]
}

/** One attempt's outcome in the provider's terms. */
export function attemptMark(status: string): StatusMark {
  const known: Record<string, StatusMark> = {
    open: { word: 'Calling the provider', icon: 'sending', tone: 'calm', meaning: '' },
    accepted: { word: 'Accepted by the provider', icon: 'sent', tone: 'good', meaning: '' },
    delivered: { word: 'Delivered', icon: 'delivered', tone: 'good', meaning: '' },
    undelivered: { word: 'Not delivered', icon: 'failed', tone: 'bad', meaning: '' },
    failed: { word: 'Failed', icon: 'failed', tone: 'bad', meaning: '' },
    refused: { word: 'Refused by the provider', icon: 'failed', tone: 'bad', meaning: '' },
    unknown: { word: 'No answer: being checked', icon: 'unknown', tone: 'warn', meaning: '' },
    absent: { word: 'Not taken by the provider', icon: 'skipped', tone: 'calm', meaning: '' },
  }
  return known[status] ?? { word: status, icon: 'dot', tone: 'calm', meaning: '' }
}
