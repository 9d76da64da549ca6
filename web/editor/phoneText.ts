import type { CareEventReading } from '../../db/queries/facts.ts'
import { readRenderFacts } from '../../db/queries/renderFacts.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import { textFor } from '../../domain/messageText.ts'
import { renderMessage } from '../../domain/render.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'
import { segments } from '../../domain/smsSegments.ts'
import type { Visit } from '../visit.ts'

interface PhoneText {
  text: string | null
  /** Whose phone it is. */
  to: string
  count: { characters: number; segments: number; encoding: string; note: string | null } | null
  /** Said instead of a text. */
  empty: string
}

/** The text as the phone shows it to the chosen patient; without one, with the catalogue's examples. */
export async function phoneText(
  { tx }: Visit,
  message: NonNullable<ActionDefinition['message']> | null,
  chosen: { reading: CareEventReading; appointment: { id: string; patientName: string } } | null,
): Promise<PhoneText> {
  const nothing = (empty: string): PhoneText => ({ text: null, to: '', count: null, empty })
  if (message === null) return nothing('Write a message, and it shows up here.')
  const text = textFor(message, 'sms', chosen?.reading.careEvent.patient.language ?? null)
  const facts =
    chosen && (await readRenderFacts(tx, chosen.appointment.id, 'patient', { wantsSameDay: text.body.includes('appointments') }))
  const rendered = facts
    ? renderMessage(text.body, facts.context, { zone: facts.zone, language: text.language })
    : renderMessage(text.body, exampleContext('appointment'), { zone: exampleZone, language: null })
  if (!rendered.ok)
    return nothing(
      rendered.reason === 'missingValue'
        ? `${chosen?.appointment.patientName ?? 'This patient'} would not get it: the text needs ${rendered.detail}, which is not known. Add a default, such as {{ ${rendered.detail} | default: "…" }}, or ask with if.`
        : `The text cannot be rendered: ${rendered.detail}`,
    )
  const size = segments(rendered.text)
  const note =
    size.nonGsm.length > 0
      ? `${size.nonGsm.slice(0, 6).join(' ')} ${size.nonGsm.length === 1 ? 'is' : 'are'} outside the plain SMS alphabet: each segment holds only ${size.perSegment} characters.`
      : null
  return {
    text: rendered.text,
    to: chosen ? `to ${chosen.appointment.patientName}` : 'to an example patient',
    count: { characters: size.characters, segments: size.segments, encoding: size.encoding, note },
    empty: '',
  }
}
