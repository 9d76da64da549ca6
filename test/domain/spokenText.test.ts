import { describe, expect, it } from '@jest/globals'
import { carriedText } from '../../domain/spokenText.ts'

const url = 'https://example.org/c/abc-123?x=1'

describe('a call leaves links out', () => {
  const cases: [what: string, text: string, heard: string][] = [
    ['at the end, after a colon', `Please confirm here: ${url}`, 'Please confirm here.'],
    ['at the end of a sentence', `Please confirm at ${url}.`, 'Please confirm at.'],
    ['after a question', `Can you come? ${url}`, 'Can you come?'],
    ['between sentences', `Visit at 9 AM: ${url} Bring your card.`, 'Visit at 9 AM. Bring your card.'],
    ['inside a sentence', `Open ${url} to confirm.`, 'Open to confirm.'],
    ['in brackets', `Call us (${url}) or come by.`, 'Call us or come by.'],
    ['on a line of its own', `Your visit is on Monday.\n${url}\nThank you.`, 'Your visit is on Monday.\nThank you.'],
    ['without a scheme', 'See www.example.org/directions.', 'See.'],
    ['several', `Confirm: ${url}\nOpt out: ${url}`, 'Confirm.\nOpt out.'],
    ['and nothing else', url, ''],
  ]
  it.each(cases)('%s', (_, text, heard) => {
    const carried = carriedText(text, true)
    expect(carried.text).toBe(heard)
    expect(carried.leftOut.length).toBeGreaterThan(0)
  })

  it('tells which', () => {
    expect(carriedText(`Confirm: ${url}, or www.example.org.`, true).leftOut).toEqual([url, 'www.example.org'])
  })

  it('a text without one is said as it is', () => {
    const text = 'Hi Ann: your visit is at 9:00 AM - see you. Dr. Osei'
    expect(carriedText(text, true)).toEqual({ text, leftOut: [] })
  })
})

it('a text that is read carries them', () => {
  expect(carriedText(`Confirm: ${url}`, false)).toEqual({ text: `Confirm: ${url}`, leftOut: [] })
})
