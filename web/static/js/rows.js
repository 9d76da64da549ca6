// Lists by keyboard (j, k, x, Enter, /) and the count of selected rows. Works on what htmx swaps in, too.
const all = () => [...document.querySelectorAll('[data-rows] [data-row]')]
const boxes = () => [...document.querySelectorAll('[data-rows] input[name="ids"]')]
const typing = (target) => target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [popover]')

let currentHref = null

function mark(row) {
  for (const other of all()) other.classList.toggle('current', other === row)
  currentHref = row.dataset.row
  row.querySelector('a.title, a')?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

function step(by) {
  const list = all()
  if (list.length === 0) return
  const at = list.findIndex((row) => row.classList.contains('current') || row.dataset.row === currentHref)
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))
  mark(list[next])
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length
  for (const label of document.querySelectorAll('[data-selected-count]')) label.textContent = `${chosen} selected`
  for (const whole of document.querySelectorAll('[data-select-all]')) {
    whole.hidden = false
    whole.checked = chosen > 0 && chosen === boxes().length
    whole.indeterminate = chosen > 0 && !whole.checked
  }
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: () => document.querySelector('[data-row].current input[name="ids"]')?.click(),
  '/': () => document.querySelector('[role="search"] input[type="search"]')?.focus(),
}

export function rows() {
  if (!document.querySelector('[data-rows]')) return
  count()
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
  })
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-select-all]')) for (const box of boxes()) box.checked = event.target.checked
    if (event.target.matches('[data-select-all], input[name="ids"]')) count()
  })
  document.addEventListener('htmx:afterSettle', count)
}
