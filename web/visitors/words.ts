import { ourLanguage } from '../../domain/secureNotice.ts'

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

const en: Words = {
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

const es: Words = {
  title: 'Tiene un mensaje privado',
  ask: 'Para abrirlo, indique la fecha de nacimiento del paciente.',
  askHelp: 'La suya, o la de la persona a su cuidado si el mensaje es sobre ella.',
  month: 'Mes',
  day: 'Día',
  year: 'Año',
  open: 'Abrir el mensaje',
  wrong: (left) =>
    left === 1
      ? 'No es la fecha de nacimiento que tenemos. Puede intentarlo una vez más; después el mensaje se bloquea.'
      : `No es la fecha de nacimiento que tenemos. Puede intentarlo ${left} veces más.`,
  unreadable: 'Elija el mes y escriba el día y el año completo, por ejemplo marzo, 9, 1980.',
  notMe: '¿Este mensaje no es para usted?',
  notMeHelp:
    'Si usted no es el paciente ni está a su cuidado, avise al consultorio. No volverá a escribir a este número o dirección para este paciente.',
  notMeButton: 'No soy esta persona',
  content: 'Su mensaje',
  contentNote: (until) => `Cierre esta página cuando termine. El enlace vuelve a abrirse hasta el ${until}.`,
  codeTitle: 'Abrir su mensaje privado',
  code: 'Código',
  codeHelp: 'Las 12 cifras que le dijimos por teléfono.',
  codeButton: 'Continuar',
  codeWrong: 'El código tiene 12 cifras. Escríbalas todas; los espacios no importan.',
  confirm: {
    title: 'Su cita',
    when: (at) => `Tiene una cita el ${at}.`,
    yes: 'Iré a la cita',
    no: 'Quiero cancelarla',
    confirmed: 'Gracias: nos dijo que vendrá.',
    cancelRequested: 'Pidió cancelar esta cita. El consultorio ya lo sabe.',
    change: 'Si eso ha cambiado, díganoslo aquí:',
  },
  preferences: {
    title: '¿Qué mensajes desea recibir?',
    intro: 'Elija qué se le puede enviar y adónde. Puede cambiarlo cuando quiera.',
    phone: (ending) => `Teléfono que termina en ${ending}`,
    channels: { sms: 'Mensajes de texto', voice: 'Llamadas', email: 'Correos electrónicos' },
    categories: { care: 'sobre sus citas y su atención', outreach: 'avisos para pedir cita y noticias' },
    everyone: 'Lo que elija para un número o dirección vale para todos los que reciben mensajes allí.',
    save: 'Guardar',
    stop: 'Detener todos los mensajes',
    saved: 'Guardado. Vale desde ahora.',
    none: 'No hay ningún número ni dirección suya a la que se puedan enviar mensajes.',
  },
  call: (practice, phone) =>
    `Llame a ${practice}${phone === null ? '' : ` al ${phone}`}: le pueden enviar un enlace nuevo.`,
  notes: {
    unknown: {
      title: 'Este enlace no abre nada',
      text: 'Compruebe que abrió el enlace completo de nuestro mensaje: a veces se corta el final. Si aun así no se abre, llame al consultorio que le escribió.',
      call: false,
    },
    expired: {
      title: 'Este enlace ha caducado',
      text: 'Los enlaces a mensajes privados funcionan durante 30 días.',
      call: true,
    },
    replaced: {
      title: 'Este enlace ya no funciona',
      text: 'Puede haber un enlace más nuevo: busque nuestro último mensaje.',
      call: true,
    },
    locked: {
      title: 'Este mensaje está bloqueado',
      text: 'Para protegerlo, nadie puede abrirlo por ahora: se indicó demasiadas veces una fecha de nacimiento equivocada.',
      call: true,
    },
    tooMany: {
      title: 'Espere un momento',
      text: 'Hubo demasiados intentos. Espere unos minutos y abra el enlace otra vez.',
      call: false,
    },
    disowned: {
      title: 'Gracias por avisarnos',
      text: 'Este número o dirección ya no se usa para este paciente. Puede borrar nuestro mensaje.',
      call: false,
    },
    notYours: {
      title: 'Este mensaje es para otra persona',
      text: 'No se envió a la persona con la que ha iniciado la sesión. Ciérrela e inicie la sesión de la persona indicada.',
      call: false,
    },
    visitOver: {
      title: 'No hay nada que confirmar',
      text: 'Esta cita ya comenzó, ya pasó o fue cancelada.',
      call: false,
    },
  },
}

const all = { en, es }

/** The words for a reader's language, and which language they are in. */
export function wordsFor(language: string | null): { lang: 'en' | 'es'; words: Words } {
  const lang = ourLanguage(language)
  return { lang, words: all[lang] }
}

/** January to December. */
export function monthsOf(lang: 'en' | 'es'): { value: string; name: string }[] {
  const format = new Intl.DateTimeFormat(lang, { month: 'long', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1),
    name: format.format(Date.UTC(2026, month, 1)),
  }))
}
