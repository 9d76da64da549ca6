import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type ActionDefinition, actionDefinitionSchema, ruleNames } from '../../domain/action.ts'
import { sundaysRule } from '../../domain/calendarRules.ts'
import { careEventStatuses, confirmations } from '../../domain/careEvent.ts'
import { dayMs, hourMs } from '../../domain/instant.ts'
import { defaultDeliveryRules } from '../../domain/organization.ts'
import { quietHoursRule } from '../../domain/quietHours.ts'
import { definitionInput, formOf, hiddenFields, readForm } from '../../web/editor/form.ts'
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

const anyOf = <T>(items: readonly T[]) => fc.option(fc.subarray([...items], { minLength: 1 }), { nil: null })
const definitions = fc
  .record({
    title: fc.string({ minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== ''),
    body: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
    offset: fc.integer({ min: 0, max: 700 }),
    unit: fc.constantFrom('days', 'hours', 'minutes'),
    direction: fc.constantFrom('before', 'after'),
    time: fc.constantFrom('07:30', '23:59', null),
    late: fc.integer({ min: 0, max: 10_080 }),
    acceptLateDays: fc.constantFrom(null, 0, 7),
    override: fc.constantFrom(null, ['sms']),
    skippedRules: fc.subarray([...ruleNames]),
    facilityIds: anyOf(['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']),
    statuses: anyOf(careEventStatuses.appointment),
    confirmation: anyOf(confirmations),
  })
  .map(
    (each): ActionDefinition =>
      actionDefinitionSchema.parse({
        type: 'appointment',
        title: each.title,
        recipients: { kind: 'patient' },
        message: { body: each.body, subject: 'kept' },
        channels: { override: each.override, secure: null },
        timing: {
          offset: each.offset,
          unit: each.unit,
          direction: each.direction,
          anchor: 'start',
          timeOfDay: each.unit === 'days' ? each.time : null,
          maxLatenessMinutes: each.late,
          acceptLateDays: each.acceptLateDays,
          ifMoved: 'once',
        },
        filters: { facilityIds: each.facilityIds, statuses: each.statuses, confirmation: each.confirmation },
        skippedRules: each.skippedRules,
      }),
  )

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
      body: '',
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
