import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { checkTemplate } from '../../domain/checkTemplate.ts'
import { renderMessage } from '../../domain/render.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'

/** Pieces that people put together rightly and wrongly. */
const piece = fc.constantFrom(
  ...['{{', '}}', '{%', '%}', ' | ', ' ', '\n', '.', ':', ',', '"', "'", '[', ']', '(', ')', '..', '-', '='],
  ...[
    'patient',
    'firstName',
    'appointments',
    'appointment.start',
    'a',
    'default',
    'date_long',
    'titlecase',
    'x',
    '1',
    '9',
  ],
  ...[
    'for a in appointments',
    'endfor',
    'if',
    'endif',
    'else',
    'assign n =',
    'capture n',
    'endcapture',
    'case',
    'when',
    'raw',
  ],
  ...[
    '{{ patient.firstName }}',
    '{% if patient.preferredName %}',
    '{% endif %}',
    '{{ n }}',
    'Reply CANCEL',
    '🙂',
    '\u0000',
  ],
)
const template = fc.array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ maxLength: 5 })), { maxLength: 14 })
const options = { type: 'appointment', secure: false, recipientKind: 'patient' } as const

describe('any text at all', () => {
  it('is checked and rendered without a throw, and problems lie within it', () => {
    fc.assert(
      fc.property(template, (pieces) => {
        const text = pieces.join('')
        renderMessage(text, exampleContext('appointment'), { zone: exampleZone, language: 'en' })
        const lines = text.split('\n')
        for (const { line, column, message } of checkTemplate(text, options).problems) {
          expect(line).toBeLessThanOrEqual(lines.length)
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1)
          expect(message).not.toBe('')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('that passes the check renders when every squiggly has a value', () => {
    fc.assert(
      fc.property(template, (pieces) => {
        const text = pieces.join('')
        if (checkTemplate(text, options).problems.length > 0) return
        const rendered = renderMessage(text, exampleContext('appointment'), { zone: exampleZone, language: 'es' })
        expect(rendered.ok).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
