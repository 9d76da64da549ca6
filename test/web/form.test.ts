import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type ActionDefinition,
  actionDefinitionSchema,
  actionTypes,
  categories,
  type Filters,
  ruleNames,
  textChannels,
  typeTraits,
  units,
} from '../../domain/action.ts'
import { sundaysRule } from '../../domain/calendarRules.ts'
import { confirmations } from '../../domain/careEvent.ts'
import { withDefaults } from '../../domain/definitionDefaults.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { quietHoursRule } from '../../domain/quietHours.ts'
import { definitionInput } from '../../web/editor/definitionInput.ts'
import { hiddenFields, readForm } from '../../web/editor/form.ts'
import { formOf } from '../../web/editor/formOf.ts'
import { blockedSpans } from '../../web/editor/timeLine.ts'

/** A form's fields as Express parses them: one value, or several of the same name. */
function submitted(fields: readonly { name: string; value: string }[]): Record<string, unknown> {
  const form: Record<string, string | string[]> = {}
  for (const { name, value } of fields) {
    const before = form[name]
    form[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return form
}

const anyOf = <T>(items: readonly T[]) =>
  fc.option(fc.subarray([...items], { minLength: Math.min(1, items.length) }), { nil: null })
const typed = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '')
const part = fc.record({ subject: typed, body: typed }, { requiredKeys: ['body'] })
const ownTexts = fc.dictionary(fc.constantFrom(...textChannels), part, { minKeys: 1 })
const translation = fc.record({ subject: typed, body: typed, channels: ownTexts }, { requiredKeys: ['body'] })
const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`
const codes = {
  cpt: ['99213', '99201-99215'],
  icd9: ['250.00', 'V70.*'],
  icd10: ['E11.*', 'I10'],
} as const

/** Any definition of any type that the schema takes, with the defaults that a stored one has. */
const definitions = fc.constantFrom(...actionTypes).chain((type) => {
  const traits = typeTraits[type]
  const ofType = <T>(name: keyof Filters, values: fc.Arbitrary<T | null>) =>
    traits.filters.includes(name) ? values : fc.constant(null)
  const patterns = traits.codeSystems.flatMap((system) => codes[system].map((code) => ({ system, code })))
  return fc
    .record({
      title: typed,
      message: fc.record({
        subject: fc.option(typed, { nil: null }),
        body: typed,
        channels: fc.dictionary(fc.constantFrom(...textChannels), part),
        translations: fc.dictionary(fc.constantFrom('es', 'pt-BR', 'hmn'), translation),
        containsPhi: fc.boolean(),
      }),
      recipients: fc.oneof(
        fc.constant({ kind: 'patient' as const }),
        fc.record({
          kind: fc.constant('staff' as const),
          staffIds: fc.subarray([id(1), id(2)]),
          roles: fc.subarray(['Nurse', 'Front desk']),
          careEventProviders: fc.boolean(),
        }),
      ),
      timing: fc
        .record({
          offset: fc.integer({ min: 0, max: 700 }),
          unit: fc.constantFrom(...units),
          direction: fc.constantFrom(...traits.directions),
          anchor: fc.constantFrom(...traits.anchors),
          timeOfDay: fc.constantFrom('07:30', '23:59', null),
          ifBlocked: fc.constantFrom('moveEarlier' as const, 'skip' as const),
          ifMoved: fc.constantFrom('again' as const, 'once' as const),
          maxLatenessMinutes: fc.integer({ min: 0, max: 10_080 }),
          acceptLateDays: fc.constantFrom(null, 0, 9),
          repeatAfterDays: fc.integer({ min: 1, max: 3650 }),
        })
        .map((timing) => (timing.unit === 'days' ? timing : { ...timing, timeOfDay: null })),
      channels: fc.record({
        override: fc.constantFrom(null, ['sms' as const], ['email' as const, 'sms' as const, 'voice' as const]),
        secure: fc.constantFrom(null, true, false),
      }),
      sameDay: fc.constantFrom('each' as const, 'first' as const, 'list' as const),
      category: fc.constantFrom(...categories),
      skippedRules: fc.subarray([...ruleNames]),
      filters: fc.record({
        facilityIds: ofType('facilityIds', anyOf([id(1), id(2)])),
        statuses: ofType('statuses', anyOf(traits.statuses)),
        confirmation: ofType('confirmation', anyOf(confirmations)),
        codes: ofType('codes', anyOf(patterns)),
      }),
    })
    .map((each): ActionDefinition => {
      const text = traits.usesTemplate ? { message: null, templateId: id(3) } : {}
      return withDefaults(actionDefinitionSchema.parse({ ...each, type, ...text }))
    })
})

describe('the editor’s form', () => {
  it('gives back what was stored, whatever that was', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const form = readForm(submitted(hiddenFields(formOf(definition))))
        expect(actionDefinitionSchema.parse(definitionInput(form, definition))).toEqual(definition)
      }),
    )
  })

  it('keeps an empty choice empty, so that it is refused and never widens to everyone', () => {
    const form = readForm({ title: 'a', body: 'b', facilityIdsMode: 'only' })
    expect(definitionInput(form, null).filters).toMatchObject({ facilityIds: [] })
  })

  it('takes anything that is not text for nothing', () => {
    expect(readForm({ title: ['first', 'second'], body: { nested: 'x' }, offset: 7 })).toMatchObject({
      title: 'first',
      message: expect.objectContaining({ body: '' }),
      offset: '',
    })
  })
})

describe('blocked stretches of the time line', () => {
  const zone = 'America/New_York'
  const rules = [quietHoursRule(zone, defaultDeliveryRules.quietHours), sundaysRule(zone)]
  const from = Date.UTC(2026, 2, 7, 5, 0)
  const spans = blockedSpans(rules, from, from + 3 * dayMs)

  it('are those of the rules, one after the other, over a clock change', () => {
    expect(spans.map(({ rule, from: begin, to }) => [rule, (begin - from) / hourMs, (to - from) / hourMs])).toEqual([
      ['quietHours', 0, 9],
      ['quietHours', 20, 32],
      ['sundays', 32, 47],
      ['quietHours', 47, 56],
      ['quietHours', 67, 72],
    ])
  })

  it('cover an instant exactly when a rule blocks it', () => {
    for (let at = from; at < from + 3 * dayMs; at += 15 * 60_000)
      expect(spans.some((span) => at >= span.from && at < span.to)).toBe(rules.some((rule) => rule.blocks(at) !== null))
  })
})
