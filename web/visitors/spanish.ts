import type { Words } from './words.ts'

export const spanish: Words = {
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
