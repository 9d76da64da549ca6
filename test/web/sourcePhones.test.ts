import { describe, expect, it } from '@jest/globals'
import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { defaultSourceSettings } from '../../domain/inbound/sourceSettings.ts'
import { checkSettings, readSourceForm, sourceFormOf } from '../../web/sources/form.ts'
import { sectionsOf, sourceKinds } from '../../web/sources/kinds.ts'

describe('the country of phone numbers, on a source’s page', () => {
  it.each(sourceKinds)('is shown and changed for %s', (kind) => {
    const source = { name: 'EHR', status: 'active', kind, settings: defaultSourceSettings } as EhrSourceView
    const shown = sourceFormOf(source)
    expect(shown.values.phoneCountry).toEqual(['US'])
    const options = sectionsOf[kind].at(-1)?.fields[0]?.options ?? []
    expect(options).toContainEqual({ value: 'GB', label: 'United Kingdom' })
    const typed = { ...shown.values, name: 'EHR', status: 'active', phoneCountry: 'GB' }
    const checked = checkSettings(source, readSourceForm(source, typed))
    expect(checked).toMatchObject({ settings: { phoneCountry: 'GB' } })
  })
})
