import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** A phone number as it is read in the US: national there, international elsewhere; what is no number stays as it is. */
export function readablePhone(value: string): string {
  const number = parsePhoneNumberFromString(value, 'US')
  if (!number) return value
  return number.countryCallingCode === '1' ? number.formatNational() : number.formatInternational()
}
