// A message's texts: squigglies completed while typing, inserted from the menu, marked behind the text.
import { completion } from './completion.js'
import { drawMarks } from './marks.js'
import { goTo, insert } from './textField.js'

const catalogue = () => JSON.parse(document.getElementById('squigglies')?.dataset.squigglies ?? '[]')
const ready = new WeakSet()
/** Where the menu inserts to. */
let target = null

function draw(field) {
  const layer = field.parentElement.querySelector('[data-marks]')
  if (layer) drawMarks(field, layer, new Set(catalogue().map(({ name }) => name)))
}

function mark(field) {
  const layer = field.parentElement.querySelector('[data-marks]')
  if (!layer) return
  layer.hidden = false
  field.parentElement.classList.add('marked')
  field.addEventListener('input', () => draw(field))
  field.addEventListener('scroll', () => {
    layer.scrollTop = field.scrollTop
  })
  new ResizeObserver(() => {
    layer.style.height = `${field.offsetHeight}px`
  }).observe(field)
  draw(field)
}

/** Sets up what is new on the page; htmx brings new fields with each language. */
function start() {
  const list = document.getElementById('completions')
  const said = document.getElementById('completions-said')
  if (!list || !said) return
  for (const field of document.querySelectorAll('[data-squigglies-field]')) {
    if (ready.has(field)) continue
    ready.add(field)
    mark(field)
    completion(field, list, said, catalogue)
  }
}

/** The server's answer is on the page: what it found is marked, and said of each field. */
function answered() {
  for (const field of document.querySelectorAll('[data-squigglies-field]')) {
    const isWrong = document.querySelector(`[data-problems-for="${CSS.escape(field.id)}"] .error`) !== null
    if (isWrong) field.setAttribute('aria-invalid', 'true')
    else field.removeAttribute('aria-invalid')
    draw(field)
  }
}

const actions = {
  '[data-menu-for]': ({ dataset }) => {
    target = document.getElementById(dataset.menuFor)
  },
  '[data-insert]': ({ dataset }) => {
    document.getElementById('squiggly-menu')?.hidePopover()
    if (target) insert(target, `{{ ${dataset.insert} }}`)
  },
  '[data-go-to]': (button) => {
    const { line, column, length } = button.closest('[data-line]').dataset
    goTo(document.getElementById(button.dataset.goTo), Number(line), Number(column), Number(length))
  },
  '[data-replace-in]': ({ dataset }) => {
    const field = document.getElementById(dataset.replaceIn)
    field.value = field.value.replaceAll(dataset.wrong, dataset.suggestion)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  },
}

export function messageField() {
  if (!document.querySelector('[data-squigglies-field]')) return
  start()
  document.addEventListener('click', (event) => {
    for (const [selector, act] of Object.entries(actions)) {
      const found = event.target.closest(selector)
      if (found) act(found)
    }
  })
  document.addEventListener('htmx:afterSettle', () => {
    start()
    answered()
  })
}
