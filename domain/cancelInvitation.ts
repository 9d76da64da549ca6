const ASK =
  /\b(?:reply|respond|text|send|type|answer|message|write|responda|responde|conteste|contesta|env[ií]e|env[ií]a|escriba|escribe|mande|manda)\b/iu
/** The word as something to send: in capitals or quotes anywhere in the sentence, or right behind the verb. */
const SHOUTED = /(?<!\b(?:to|TO|To|para|PARA|Para)\s+)(?<![\p{L}\p{N}])(?:CANCEL|CANCELAR)(?![\p{L}\p{N}])/u
const QUOTED = /["'“‘«]\s*cancel(?:ar)?\s*["'”’».,]/iu
const AFTER_VERB =
  /\b(?:reply|respond|text|send|type|answer|message|write|responda|responde|conteste|contesta|env[ií]e|env[ií]a|escriba|escribe|mande|manda)\s+(?:back\s+)?(?:with\s+|con\s+)?(?:(?:the\s+word|la\s+palabra)\s+)?cancel(?:ar)?\b/iu

/**
 * Where a text invites the reply CANCEL, as an index, or -1. That word opts out of everything (Replies), so a patient
 * who only wants to cancel a visit must never be asked to send it. "Reply X to cancel" is fine.
 */
export function cancelInvitation(text: string): number {
  let start = 0
  for (const sentence of text.split(/(?<=[.!?\n])/)) {
    const ask = ASK.exec(sentence)
    if (ask) {
      const after = AFTER_VERB.exec(sentence) ?? SHOUTED.exec(sentence) ?? QUOTED.exec(sentence)
      if (after) return start + after.index + Math.max(0, after[0].search(/cancel/i))
    }
    start += sentence.length
  }
  return -1
}
