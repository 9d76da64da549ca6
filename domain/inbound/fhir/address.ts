import type { Instant } from '../../instant.ts'
import type { PostalAddress } from '../normalForm.ts'
import { countryCode, stateCode } from '../place.ts'
import type { Element } from './element.ts'
import { isCurrent } from './primitives.ts'

const useOrder = ['home', null, 'work', 'temp']

/** The current address of a person: home before others, never an old or a billing one. */
export function currentAddress(person: Element, now: Instant): Element | null {
  const rank = (address: Element) => {
    const position = useOrder.indexOf(address.text('use', 20))
    return position < 0 ? useOrder.length : position
  }
  const usable = person
    .list('address')
    .filter((address) => !['old', 'billing'].includes(address.text('use', 20) ?? '') && isCurrent(address, now))
  return usable.sort((a, b) => rank(a) - rank(b))[0] ?? null
}

export function readAddress(address: Element | null): PostalAddress | null {
  if (!address?.isObject) return null
  const [state, country] = [address.text('state', 100), address.text('country', 100)]
  const lines = address.texts('line')
  const result: PostalAddress = {
    lines,
    city: address.text('city', 200),
    state: state === null ? null : stateCode(state),
    postalCode: address.text('postalCode', 40),
    country: country === null ? null : countryCode(country),
  }
  if (Object.values(result).every((part) => part === null || part.length === 0)) {
    const text = address.text('text', 500)
    return text === null ? null : { ...result, lines: [text] }
  }
  return result
}
