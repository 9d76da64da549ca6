import type { PhoneMessage, SimulatedPhone } from '../../db/queries/simulatorPhones.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import { linkedText } from '../words/linkedText.ts'
import { relative, writtenDay, writtenTime } from '../words/time.ts'

const meanings: Readonly<Record<string, string>> = {
  optOut: 'understood as: opt out of SMS and calls',
  optIn: 'understood as: opt in again',
  help: 'understood as: asks for help',
  confirm: 'understood as: confirms the visit',
  cancelRequest: 'understood as: asks to cancel the visit',
}

/** The phones on the left. */
export function phoneRows(phones: readonly SimulatedPhone[], chosen: string | null, now: Instant) {
  return phones.map(({ key, address, owners, staff, lastText, lastAt }) => ({
    href: `/simulator?phone=${key}`,
    key,
    name: owners.join(', ') || null,
    staff,
    address,
    lastText,
    lastAt: relative(lastAt, now),
    current: key === chosen,
  }))
}

/** What was said, with a line before each new day. */
export function conversationRows(messages: readonly PhoneMessage[], zone: Zone, now: Instant) {
  return messages.map((message, index) => {
    const before = messages[index - 1]
    const day = writtenDay(message.at, zone, now)
    return {
      ...message,
      parts: linkedText(message.body),
      mine: message.from === 'owner',
      day: before !== undefined && writtenDay(before.at, zone, now) === day ? null : day,
      time: writtenTime(message.at, zone),
      call: message.channel === 'voice',
      deliveryHref: message.deliveryId === null ? null : `/deliveries/${message.deliveryId}`,
      understood:
        message.meaning === null ? null : (meanings[message.meaning] ?? 'goes to the inbox, for a person to read'),
    }
  })
}

/** What changes whenever a conversation or the list does: the page asks again with it, and is told when there is news. */
export function mark(phones: readonly SimulatedPhone[], messages: readonly PhoneMessage[]): string {
  return [phones.length, phones[0]?.lastAt ?? 0, messages.length, messages.at(-1)?.id ?? ''].join('.')
}
