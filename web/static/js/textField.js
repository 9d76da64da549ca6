// One text of a message: its value, where it has problems, and how it is changed so that everybody hears of it.
export function insert(field, text, from = field.selectionStart) {
  field.focus()
  field.setRangeText(text, from, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Line and column, both from 1, as an index into the text. */
export function indexOf(text, line, column) {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1
}

/** The problems that the server found, as spans of the text; it may have changed since. */
export function problemsOf(field) {
  const list = document.querySelector(`[data-problems-for="${CSS.escape(field.id)}"]`)
  return [...(list?.querySelectorAll('[data-line]') ?? [])].map(({ dataset }) => {
    const from = indexOf(field.value, Number(dataset.line), Number(dataset.column))
    return { from, to: Math.min(field.value.length, from + Number(dataset.length)) }
  })
}

export function goTo(field, line, column, length = 1) {
  // A translation's panel has tabs of its own.
  for (let panel = field.closest('[data-text-panel]'); panel; panel = panel.parentElement.closest('[data-text-panel]'))
    panel.previousElementSibling.previousElementSibling.checked = true
  const at = indexOf(field.value, line, column)
  field.focus()
  field.setSelectionRange(at, Math.min(field.value.length, at + length))
}
