import { type CountryCode, getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** ISO 3166: all whose national numbers can be read. */
export const phoneCountries: ReadonlySet<string> = new Set(getCountries())

/**
 * A phone number in E.164, or null when it can be none. `region` (ISO 3166) is the country a number without one is
 * read in. Numbers of the right length are taken even where the numbering plan does not know them: plans change more
 * often than this library is updated, and the provider has the last word. Extensions can't be dialled and are dropped.
 */
export function phoneNumber(text: string, region: string): string | null {
  // Parsing takes its time: what has too few digits for any number needs none of it.
  if (text.length > 60 || text.replaceAll(/\D/g, '').length < 3) return null
  const name = `${region} ${text}`
  const known = lastRead.get(name)
  if (known !== undefined) return known
  const read = parsed(text, region)
  if (lastRead.size >= maxRemembered) lastRead.clear()
  lastRead.set(name, read)
  return read
}

/** An EHR says a patient's numbers again with each message about them. */
const lastRead = new Map<string, string | null>()
const maxRemembered = 5_000

function parsed(text: string, region: string): string | null {
  const number = parsePhoneNumberFromString(text, region as CountryCode)
  return number?.isPossible() ? number.number : null
}
