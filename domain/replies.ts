/** What a patient's text asks for. `inbox`: people of the practice should see it. */
export type Reply =
  | { kind: 'optOut'; inbox: boolean }
  | { kind: 'optIn'; inbox: boolean }
  | { kind: 'help'; inbox: boolean }
  | { kind: 'confirm'; inbox: boolean }
  | { kind: 'cancelRequest'; inbox: boolean }
  | { kind: 'other'; inbox: true }

const words = (list: string): Set<string> => new Set(list.split('|'))

const STOP = words(
  'STOP|STOPALL|STOP ALL|UNSUBSCRIBE|END|QUIT|REVOKE|OPTOUT|OPT OUT|PLEASE STOP|STOP PLEASE|STOP TEXTING ME|' +
    'ALTO|PARE|PARA|PARAR|BASTA|DETENER|TERMINAR|FIN|BAJA|DARME DE BAJA|REVOCAR|SALIR|NO MAS|ALTO POR FAVOR',
)
/** Opt out, and are shown to people too: whoever writes them may only have meant the visit. */
const CANCEL = words('CANCEL|CANCELAR')
const START = words('START|UNSTOP|INICIAR|COMENZAR|EMPEZAR')
const HELP = words('HELP|INFO|AYUDA')
const CONFIRM = words('C|1')
const CONFIRM_WHEN_ASKED = words('YES|Y|YEP|YEAH|OK|CONFIRM|CONFIRMED|SI|CONFIRMO|CONFIRMAR|CLARO')
const CANCEL_VISIT = words('X|2')

/**
 * Classifies an inbound text (Replies). Only the whole text counts, without regard to case, accents, quotes and
 * punctuation: "stop by at 9?" is for people to read. `promptOpen`: a message that asks for a confirmation awaits it.
 */
export function classifyReply(text: string, { promptOpen }: { promptOpen: boolean }): Reply {
  const said = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase()
  if (STOP.has(said)) return { kind: 'optOut', inbox: false }
  if (CANCEL.has(said)) return { kind: 'optOut', inbox: true }
  if (START.has(said)) return { kind: 'optIn', inbox: false }
  if (HELP.has(said)) return { kind: 'help', inbox: false }
  if (CONFIRM.has(said) || (promptOpen && CONFIRM_WHEN_ASKED.has(said))) return { kind: 'confirm', inbox: false }
  if (CANCEL_VISIT.has(said)) return { kind: 'cancelRequest', inbox: false }
  return { kind: 'other', inbox: true }
}
