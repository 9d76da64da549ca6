import type { createDocument } from 'zod-openapi'
import { schemaText } from './schemaText.ts'

type Document = ReturnType<typeof createDocument>
interface Operation {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content?: Record<string, { schema?: unknown }> }
  responses?: Record<string, { content?: Record<string, { schema?: unknown }> }>
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

/** The contract as one readable page without script: what `/openapi.json` says, grouped and in words. */
export function docsPage(document: Document): string {
  const groups = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const tag = operation.tags?.[0] ?? 'Other'
      groups.set(tag, [...(groups.get(tag) ?? []), operationHtml(method, path, operation)])
    }
  }
  const sections = [...groups].map(
    ([tag, operations]) => `<section id="${slug(tag)}"><h2>${escapeHtml(tag)}</h2>${operations.join('')}</section>`,
  )
  const links = [...groups.keys()].map((tag) => `<li><a href="#${slug(tag)}">${escapeHtml(tag)}</a></li>`)
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${shape(schema)}</details>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Custom actions</title><link rel="stylesheet" href="/docs.css"></head><body><header><h1>${escapeHtml(document.info.title)}: the API</h1>
<p>${escapeHtml(document.info.description ?? '').replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>
<p>Send <code>Authorization: Bearer &lt;api key&gt;</code>. The same as OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>.</p>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav></header><main>${sections.join('')}
<section id="schemas"><h2>Schemas</h2>${schemas.join('')}</section></main></body></html>`
}

/** A long path breaks at its slashes, on a phone. */
const breakable = (path: string) => escapeHtml(path).replaceAll(/(?!^)\//g, '<wbr>/')
const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z]+/g, '-')
/** Names of schemas, which `schemaText` marks, lead to them. */
const linked = (html: string) => html.replaceAll(/§(\w+)/g, '<a href="#schema-$1">$1</a>')
const shape = (value: unknown) => `<pre tabindex="0"><code>${linked(escapeHtml(schemaText(value)))}</code></pre>`

function operationHtml(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    (each) =>
      `<li><code>${escapeHtml(each.name)}</code> in ${escapeHtml(each.in)}${each.required ? ', needed' : ''}</li>`,
  )
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default')
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>${breakable(path)}</code> <span>${escapeHtml(operation.summary ?? '')}</span></summary>
<p>${escapeHtml(operation.description ?? '')}</p>${parameters.length > 0 ? `<ul>${parameters.join('')}</ul>` : ''}
${body === undefined ? '' : `<h3>Body</h3>${shape(body)}`}
${answers.map(([status, answer]) => `<h3>${escapeHtml(status)}</h3>${answer.content ? shape(Object.values(answer.content)[0]?.schema) : '<p>No body.</p>'}`).join('')}</details>`
}

export const docsStyle = `:root{color-scheme:light dark;--line:light-dark(#d5dae1,#3a414b);--soft:light-dark(#f4f6f8,#1c2128);--accent:light-dark(#0b5cad,#79b8ff)}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem;background:light-dark(#fff,#14181d);color:light-dark(#1a1f26,#e6eaef)}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}details{border-top:1px solid var(--line);padding:.5rem 0}
summary{cursor:pointer}summary code{overflow-wrap:anywhere}summary:focus-visible,a:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
b{display:inline-block;min-width:4rem;font-size:.85rem}summary span{display:block;margin-left:1.1rem}summary code{font-weight:600}pre{background:var(--soft);border:1px solid var(--line);padding:.75rem;overflow:auto;max-height:24rem;font-size:.85rem}
`
