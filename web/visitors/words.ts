/** What the pages for people without an account say, in one language. */
export interface Words {
  title: string
  ask: string
  askHelp: string
  month: string
  day: string
  year: string
  open: string
  wrong: (left: number) => string
  unreadable: string
  notMe: string
  notMeHelp: string
  notMeButton: string
  content: string
  contentNote: (until: string) => string
  codeTitle: string
  code: string
  codeHelp: string
  codeButton: string
  codeWrong: string
  call: (practice: string, phone: string | null) => string
  confirm: {
    title: string
    when: (at: string) => string
    yes: string
    no: string
    confirmed: string
    cancelRequested: string
    change: string
  }
  preferences: {
    title: string
    intro: string
    phone: (ending: string) => string
    channels: Record<'sms' | 'voice' | 'email', string>
    categories: Record<'care' | 'outreach', string>
    everyone: string
    save: string
    stop: string
    saved: string
    none: string
  }
  notes: Record<NoteName, { title: string; text: string; call: boolean }>
}
export const noteNames = [
  'unknown',
  'expired',
  'replaced',
  'locked',
  'tooMany',
  'disowned',
  'notYours',
  'visitOver',
] as const
export type NoteName = (typeof noteNames)[number]
