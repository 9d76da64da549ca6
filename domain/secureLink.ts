import type { TextChannel } from './action.ts'

/** How long a secure message can be opened (PHI). */
export const secureMessageDays = 30

/** Wrong birth dates before a patient's secure messages are locked (PHI). */
export const triesBeforeLock = 5

/** Where a secure message opens. */
export function secureMessageUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/m/${token}`
}

/** Where a patient chooses which messages to get. */
export function preferencesUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/p/${token}`
}

/** Where a patient confirms an appointment, or asks to cancel it. */
export function confirmUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/c/${token}`
}

/** A call cannot carry a link: it says a code of digits, which is typed at the address `/m`. */
export function isSpokenCode(token: string): boolean {
  return /^\d{12}$/.test(token)
}

/** Whether a notice on this channel is heard instead of read. */
export function isSpoken(channel: TextChannel): boolean {
  return channel === 'voice'
}

/** Whatever the practice's people are shown of a text that went out: its links without what opens them. */
export function withoutTokens(text: string): string {
  return text.replace(/(\/[cmp]\/)[\w-]{12,}/g, '$1…').replace(/\b\d(?: \d){11}\b/g, '…')
}
