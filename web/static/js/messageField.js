// The message field: squigglies marked behind the text, completed while typing, inserted from the menu, and counted.
const squiggly = /\{\{-?\s*([A-Za-z_][\w.]*)?[^}]*(?:\}\}|$)/g

const catalogue = () => JSON.parse(document.getElementById('completions')?.dataset.squigglies ?? '[]')

/** Copies the text behind the field, with each squiggly in a coloured box; unknown ones are underlined. */
function drawMarks(area, layer, names, own) {
  layer.replaceChildren()
  let from = 0
  for (const found of area.value.matchAll(squiggly)) {
    layer.append(area.value.slice(from, found.index))
    const box = document.createElement('span')
    const name = found[1] ?? ''
    const known = name === '' || names.has(name) || own.has(name.split('.')[0])
    box.className = known ? 'known' : 'unknown'
    box.textContent = found[0]
    layer.append(box)
    from = found.index + found[0].length
  }
  layer.append(`${area.value.slice(from)}\n`)
  layer.scrollTop = area.scrollTop
}

/** Names that the text makes itself: `assign`, `capture`, `for`. */
function madeNames(text) {
  const made = [...text.matchAll(/\{%-?\s*(?:assign|capture|for)\s+([A-Za-z_]\w*)/g)].map((found) => found[1])
  return new Set([...made, 'forloop'])
}

function insert(area, text, from = area.selectionStart) {
  area.focus()
  area.setRangeText(text, from, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input', { bubbles: true }))
}

/** The name being typed right behind an open `{{`, if the caret stands in one. */
function typedName(area) {
  const before = area.value.slice(0, area.selectionStart)
  return area.selectionStart === area.selectionEnd ? /\{\{-?\s*([\w.]*)$/.exec(before) : null
}

function completion(area, list, entries) {
  let shown = []
  let at = 0
  const close = () => {
    list.hidden = true
    area.setAttribute('aria-expanded', 'false')
    area.removeAttribute('aria-activedescendant')
  }
  const show = () => {
    for (const [index, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(index === at))
    area.setAttribute('aria-activedescendant', `completion-${at}`)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const take = (entry) => {
    const typed = typedName(area)
    const closing = area.value.slice(area.selectionStart).match(/^\s*\}\}/)
    if (typed) insert(area, `{{ ${entry.name}${closing ? '' : ' }}'}`, area.selectionStart - typed[0].length)
    close()
  }
  const open = () => {
    const typed = typedName(area)
    const part = typed?.[1].toLowerCase()
    shown = typed ? entries.filter((entry) => entry.name.toLowerCase().includes(part)).slice(0, 8) : []
    if (shown.length === 0 || shown.some((entry) => entry.name === typed[1])) return close()
    at = 0
    list.replaceChildren(
      ...shown.map((entry, index) => {
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
      }),
    )
    list.hidden = false
    area.setAttribute('aria-expanded', 'true')
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
  area.addEventListener('keydown', (event) => {
    if (list.hidden || !keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
    if (!list.hidden) show()
  })
  area.addEventListener('input', open)
  area.addEventListener('blur', close)
  area.addEventListener('click', open)
}

function goTo(area, line, column) {
  const lines = area.value.split('\n')
  const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1
  area.focus()
  area.setSelectionRange(at, Math.min(area.value.length, at + 1))
}

export function messageField() {
  const area = document.querySelector('[data-message-field]')
  if (!area) return
  const entries = catalogue()
  const names = new Set(entries.map((entry) => entry.name))
  const layer = document.querySelector('[data-marks]')
  layer.hidden = false
  area.parentElement.classList.add('marked')
  const draw = () => drawMarks(area, layer, names, madeNames(area.value))
  area.addEventListener('input', draw)
  area.addEventListener('scroll', () => {
    layer.scrollTop = area.scrollTop
  })
  new ResizeObserver(() => {
    layer.style.height = `${area.offsetHeight}px`
  }).observe(area)
  draw()
  completion(area, document.getElementById('completions'), entries)
  document.addEventListener('click', (event) => {
    const pick = event.target.closest('[data-insert]')
    if (pick) {
      document.getElementById('squiggly-menu')?.hidePopover()
      insert(area, `{{ ${pick.dataset.insert} }}`)
    }
    const place = event.target.closest('[data-line]')
    if (place) goTo(area, Number(place.dataset.line), Number(place.dataset.column))
    const fix = event.target.closest('[data-suggestion]')
    if (fix) {
      area.value = area.value.replaceAll(fix.dataset.wrong, fix.dataset.suggestion)
      area.dispatchEvent(new Event('input', { bubbles: true }))
    }
  })
}
