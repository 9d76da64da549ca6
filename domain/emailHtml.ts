/** The address of a page as it stands in a text; what ends the sentence is not part of it. */
const link = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g

/**
 * The HTML part of an e-mail from its plain text, which goes along as it is. Everything that was written is escaped,
 * values and the admin's own words alike (Rendering: HTML email escapes output); empty lines part paragraphs, and
 * addresses can be pressed.
 */
export function emailHtml({ subject, body, language }: EmailText): string {
  const paragraphs = body
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p style="margin:0 0 16px">${withLinks(paragraph).replaceAll('\n', '<br>')}</p>`)
  return [
    `<!doctype html><html lang="${escaped(language ?? 'en')}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(subject ?? '')}</title></head>`,
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c2024;background:#fff">',
    `<div style="max-width:600px">${paragraphs.join('')}</div></body></html>`,
  ].join('')
}

interface EmailText {
  subject: string | null
  body: string
  /** BCP 47; null: the practice's own. */
  language: string | null
}

function withLinks(text: string): string {
  let html = ''
  let from = 0
  for (const found of text.matchAll(link)) {
    const address = escaped(found[0])
    html += `${escaped(text.slice(from, found.index))}<a href="${address}">${address}</a>`
    from = found.index + found[0].length
  }
  return html + escaped(text.slice(from))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
