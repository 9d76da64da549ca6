import { phoneCountries } from '../../domain/inbound/phone.ts'
import type { Section } from './fields.ts'

const english = new Intl.DisplayNames('en', { type: 'region' })
const options = [...phoneCountries]
  .map((value) => ({ value, label: english.of(value) ?? value }))
  .sort((a, b) => a.label.localeCompare(b.label, 'en'))

/** Of every kind of source. */
export const phoneSection: Section = {
  id: 'phones',
  title: 'Phone numbers',
  fields: [
    {
      path: 'phoneCountry',
      control: 'select',
      label: 'Numbers without a country are of',
      help: 'A number that begins with +, or an address that names its country, says so itself. A change counts for what comes, or is taken again, after it.',
      options,
    },
  ],
}
