// Behind a text: each squiggly in a coloured box, and what is wrong underlined at its line and column.
import { problemsOf } from './textField.js'

const squiggly = /\{\{-?\s*([A-Za-z_][\w.]*)?[^}]*(?:\}\}|$)/g

/** Names that the text makes itself: `assign`, `capture`, `for`. */
function madeNames(text) {
  const made = [...text.matchAll(/\{%-?\s*(?:assign|capture|for)\s+([A-Za-z_]\w*)/g)].map((found) => found[1])
  return new Set([...made, 'forloop'])
}

function spansOf(field, names) {
  const own = madeNames(field.value)
  const boxes = [...field.value.matchAll(squiggly)].map((found) => {
    const name = found[1] ?? ''
    const known = name === '' || names.has(name) || own.has(name.split('.')[0])
    return { from: found.index, to: found.index + found[0].length, className: known ? 'known' : 'unknown' }
  })
  // What the server found and is in no squiggly that is marked already.
  const others = problemsOf(field)
    .filter(({ from, to }) => from < to && !boxes.some((box) => from < box.to && to > box.from))
    .map((span) => ({ ...span, className: 'unknown' }))
  for (const box of boxes)
    if (problemsOf(field).some(({ from, to }) => from < box.to && to > box.from)) box.className = 'unknown'
  return [...boxes, ...others].sort((a, b) => a.from - b.from)
}

/** Copies the text behind the field, with its marks. */
export function drawMarks(field, layer, names) {
  layer.replaceChildren()
  let from = 0
  for (const span of spansOf(field, names)) {
    if (span.from < from) continue
    layer.append(field.value.slice(from, span.from))
    const box = document.createElement('span')
    box.className = span.className
    box.textContent = field.value.slice(span.from, span.to)
    layer.append(box)
    from = span.to
  }
  layer.append(`${field.value.slice(from)}\n`)
  layer.scrollTop = field.scrollTop
}
