import type { PostalAddress } from '../normalForm.ts'
import { countryCode, stateCode } from '../place.ts'
import type { Segment } from './segment.ts'

/** XAD.7: home and mailing addresses; a former, birth or billing one says not where somebody is. */
const order = ['H', 'P', 'L', 'M', 'C', '']

/** XAD: where somebody lives, from the most telling repetition. */
export function readAddress(segment: Segment, field: number): PostalAddress | null {
  const rank = (repetition: number) => order.indexOf(segment.text(field, 7, repetition)?.toUpperCase() ?? '')
  const usable = segment.repetitions(field).filter((repetition) => rank(repetition) >= 0)
  const [chosen] = usable.sort((a, b) => rank(a) - rank(b))
  if (chosen === undefined) return null
  const part = (component: number) => segment.text(field, component, chosen)
  const [state, country] = [part(4), part(6)]
  const address: PostalAddress = {
    lines: [part(1), part(2)].filter((line) => line !== null),
    city: part(3),
    state: state === null ? null : stateCode(state),
    postalCode: part(5),
    country: country === null ? null : countryCode(country),
  }
  return Object.values(address).every((value) => value === null || value.length === 0) ? null : address
}
