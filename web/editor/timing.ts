import { typeTraits } from '../../domain/action.ts'
import { anchorWords } from '../words/timing.ts'
import type { ActionForm } from './form.ts'

const units = ['weeks', 'days', 'hours', 'minutes']

/** The sentence "Send 2 days before the appointment at 10:00": where the type leaves one choice it is a word of it. */
export function timingModel({ type, unit, direction, anchor }: ActionForm) {
  const { directions, anchors } = typeTraits[type]
  return {
    units: units.map((value) => ({ value, chosen: value === unit })),
    directions: directions.map((value) => ({ value, chosen: value === direction })),
    anchors: anchors.map((value) => ({ value, label: anchorWords[value], chosen: value === anchor })),
  }
}
