import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { emailHtml } from '../../domain/emailHtml.ts'

const bodyOf = (body: string) =>
  /<div[^>]*>(.*)<\/div>/s
    .exec(emailHtml({ subject: 'Your visit', body, language: null }))?.[1]
    ?.replaceAll(' style="margin:0 0 16px"', '')

describe('the HTML part of an e-mail', () => {
  const cases: [why: string, text: string, html: string][] = [
    ['paragraphs and lines', 'Hi Maria,\nsee you.\n\n\nBye', '<p>Hi Maria,<br>see you.</p><p>Bye</p>'],
    ['a name is no markup', 'Hi <b>Bob</b> & "Ann"', '<p>Hi &lt;b&gt;Bob&lt;/b&gt; &amp; &quot;Ann&quot;</p>'],
    ['what an admin writes is none either', 'if temperature < 38', '<p>if temperature &lt; 38</p>'],
    [
      'an address can be pressed, without the full stop behind it',
      'Open https://example.org/m/k7?a=1&b=2.',
      '<p>Open <a href="https://example.org/m/k7?a=1&amp;b=2">https://example.org/m/k7?a=1&amp;b=2</a>.</p>',
    ],
    ['other schemes are text', 'javascript:alert(1)', '<p>javascript:alert(1)</p>'],
    [
      'an address cannot leave its attribute',
      'https://example.org/"onload=x',
      '<p><a href="https://example.org/">https://example.org/</a>&quot;onload=x</p>',
    ],
  ]
  it.each(cases)('%s', (_why, text, html) => {
    expect(bodyOf(text)).toBe(html)
  })

  it('names its language and subject, escaped', () => {
    const html = emailHtml({ subject: '<Visit>', body: 'Hola', language: 'es' })
    expect(html).toContain('<html lang="es">')
    expect(html).toContain('<title>&lt;Visit&gt;</title>')
  })

  it('has no tag that the text brought along, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const tags = (bodyOf(text) ?? '').match(/<[^>]*>/g) ?? []
        expect(tags.filter((tag) => !/^<(\/?p|br|\/a|a href="https?:\/\/[^"<>]*")>$/.test(tag))).toEqual([])
      }),
    )
  })
})
