// Squigglies offered while one types: a list box that the field points into, chosen by keyboard or pointer.
import { insert } from './textField.js'

const shownAtMost = 6

/** The name being typed right behind an open `{{`, if the caret stands in one. */
function typedName(field) {
  const before = field.value.slice(0, field.selectionStart)
  return field.selectionStart === field.selectionEnd ? /\{\{-?\s*([\w.]*)$/.exec(before) : null
}

/** Names that begin with what is typed come first, then those that have it anywhere, then meanings. */
function matching(entries, part) {
  const rank = ({ name, meaning }) => {
    const at = name.toLowerCase().indexOf(part)
    if (
      at === 0 ||
      name
        .toLowerCase()
        .split('.')
        .some((word) => word.startsWith(part))
    )
      return 0
    return at > 0 ? 1 : meaning.toLowerCase().includes(part) ? 2 : 3
  }
  return entries
    .map((entry) => ({ entry, order: rank(entry) }))
    .filter(({ order }) => order < 3)
    .sort((a, b) => a.order - b.order)
    .map(({ entry }) => entry)
}

function optionOf(entry, index, take) {
  const item = document.createElement('li')
  item.id = `completion-${index}`
  item.setAttribute('role', 'option')
  const name = document.createElement('code')
  name.textContent = entry.name
  const meaning = document.createElement('span')
  meaning.textContent = `${entry.meaning}, e.g. ${entry.example}`
  item.append(name, meaning)
  item.addEventListener('mousedown', (event) => {
    event.preventDefault()
    take(entry)
  })
  return item
}

/** Under the line of the caret, as near as a field tells it. */
function place(list, field) {
  const frame = list.offsetParent?.getBoundingClientRect()
  const box = field.getBoundingClientRect()
  const style = getComputedStyle(field)
  const lines = field.value.slice(0, field.selectionStart).split('\n').length
  const height = Number.parseFloat(style.lineHeight) || 24
  const down = Math.min(box.height, lines * height + Number.parseFloat(style.paddingTop) - field.scrollTop + 4)
  list.style.top = `${box.top - (frame?.top ?? 0) + down}px`
}

/** `entriesOf` is asked each time: what may be said changes with the form. */
export function completion(field, list, said, entriesOf) {
  let shown = []
  let at = 0
  const close = () => {
    if (list.dataset.for !== field.id) return
    list.hidden = true
    said.textContent = ''
    field.removeAttribute('aria-activedescendant')
  }
  const show = () => {
    for (const [index, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(index === at))
    field.setAttribute('aria-activedescendant', `completion-${at}`)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const take = (entry) => {
    const typed = typedName(field)
    const closing = field.value.slice(field.selectionStart).match(/^\s*\}\}/)
    if (typed) insert(field, `{{ ${entry.name}${closing ? '' : ' }}'}`, field.selectionStart - typed[0].length)
    close()
  }
  const open = () => {
    const typed = typedName(field)
    const all = typed ? matching(entriesOf(), typed[1].toLowerCase()) : []
    shown = all.slice(0, shownAtMost)
    if (shown.length === 0 || shown.some((entry) => entry.name === typed[1])) return close()
    at = 0
    list.dataset.for = field.id
    list.replaceChildren(...shown.map((entry, index) => optionOf(entry, index, take)))
    list.hidden = false
    place(list, field)
    said.textContent = `${shown.length} of ${all.length} squigglies: choose with the arrow keys and Enter.`
    show()
  }
  const keys = {
    ArrowDown: () => {
      at = (at + 1) % shown.length
    },
    ArrowUp: () => {
      at = (at - 1 + shown.length) % shown.length
    },
    Enter: () => take(shown[at]),
    Tab: () => take(shown[at]),
    Escape: close,
  }
  field.addEventListener('keydown', (event) => {
    if (list.hidden || list.dataset.for !== field.id || !keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
    if (!list.hidden) show()
  })
  field.addEventListener('input', open)
  field.addEventListener('blur', close)
  field.addEventListener('click', open)
}
