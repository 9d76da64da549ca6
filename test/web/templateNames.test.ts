import { describe, expect, it } from '@jest/globals'
import { messageSchema } from '../../domain/action.ts'
import { distinctNames } from '../../web/editor/templateNames.ts'

const template = ([name, body]: readonly [string, string], n: number) => ({
  id: `id-${n}`,
  name,
  message: messageSchema.parse({ body }),
})

describe('templates to choose from', () => {
  const cases: [what: string, templates: [name: string, body: string][], shown: string[]][] = [
    [
      'of different names',
      [
        ['Moved', 'New time'],
        ['Booked', 'New time'],
      ],
      ['Moved', 'Booked'],
    ],
    [
      'of one name, by the beginning of their texts',
      [
        ['Moved', 'New time:\n{{ appointment.start }}'],
        ['moved', 'Your visit has moved to another day, please call us'],
        ['Booked', 'Hi'],
      ],
      ['Moved: “New time: {{ appointment.start }}”', 'moved: “Your visit has moved to another day, ple…”', 'Booked'],
    ],
    [
      'of one name and text, by number',
      [
        ['Moved', 'Hi'],
        ['Moved', 'Hi'],
        ['Moved', 'Ho'],
      ],
      ['Moved: “Hi” (1)', 'Moved: “Hi” (2)', 'Moved: “Ho”'],
    ],
  ]
  it.each(cases)('%s', (_, templates, shown) => {
    expect(distinctNames(templates.map(template)).map(({ name }) => name)).toEqual(shown)
  })
})
