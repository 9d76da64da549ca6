import type { Words } from './words.ts'

export const english: Words = {
  title: 'You have a private message',
  ask: 'Please give the patient’s date of birth to open it.',
  askHelp: 'Yours, or that of the person you look after if the message is about them.',
  month: 'Month',
  day: 'Day',
  year: 'Year',
  open: 'Open the message',
  wrong: (left) =>
    left === 1
      ? 'That is not the date of birth we have. You can try once more; then the message is locked.'
      : `That is not the date of birth we have. You can try ${left} more times.`,
  unreadable: 'Please choose the month, then type the day and the whole year, for example March, 9, 1980.',
  notMe: 'Is this message not for you?',
  notMeHelp:
    'If you are not the patient and do not look after them, please tell the practice. It will not write to this number or address for this patient any more.',
  notMeButton: 'This is not me',
  content: 'Your message',
  contentNote: (until) => `Close this page when you are done. The link opens again until ${until}.`,
  codeTitle: 'Open your private message',
  code: 'Code',
  codeHelp: 'The 12 digits that you were told on the phone.',
  codeButton: 'Continue',
  codeWrong: 'The code has 12 digits. Please type all of them; spaces do not matter.',
  confirm: {
    title: 'Your visit',
    when: (at) => `You have a visit on ${at}.`,
    yes: 'I will come',
    no: 'I would like to cancel',
    confirmed: 'Thank you: you told us that you will come.',
    cancelRequested: 'You asked to cancel this visit. The practice has been told.',
    change: 'If that has changed, tell us here:',
  },
  preferences: {
    title: 'Which messages would you like?',
    intro: 'Choose what may be sent to you, and where. You can change it at any time.',
    phone: (ending) => `Phone ending in ${ending}`,
    channels: { sms: 'Texts', voice: 'Calls', email: 'E-mails' },
    categories: { care: 'about your visits and care', outreach: 'reminders to book, and news' },
    everyone: 'What you choose for a number or address counts for everybody who gets messages there.',
    save: 'Save',
    stop: 'Stop all messages',
    saved: 'Saved. It counts from now on.',
    none: 'There is no number or address of yours that messages could go to.',
  },
  call: (practice, phone) =>
    `Please call ${practice}${phone === null ? '' : ` at ${phone}`}: they can send you a new link.`,
  notes: {
    unknown: {
      title: 'This link does not open anything',
      text: 'Please check that you opened the whole link from our message: sometimes its end is cut off. If it still does not open, call the practice that wrote to you.',
      call: false,
    },
    expired: { title: 'This link has expired', text: 'Links to private messages work for 30 days.', call: true },
    replaced: {
      title: 'This link does not work any more',
      text: 'A newer link may have taken its place: look for the latest message from us.',
      call: true,
    },
    locked: {
      title: 'This message is locked',
      text: 'To protect it, nobody can open it at the moment: a wrong date of birth was given too often.',
      call: true,
    },
    tooMany: {
      title: 'Please wait a moment',
      text: 'There were too many tries just now. Wait a few minutes, then open the link again.',
      call: false,
    },
    disowned: {
      title: 'Thank you for telling us',
      text: 'This number or address is not used for this patient any more. You can delete our message.',
      call: false,
    },
    notYours: {
      title: 'This message is for somebody else',
      text: 'You are signed in as somebody whom it was not sent to. Sign out, and sign in as the person it is for.',
      call: false,
    },
    visitOver: {
      title: 'There is nothing to confirm',
      text: 'This visit has begun, is over or was cancelled.',
      call: false,
    },
  },
}
