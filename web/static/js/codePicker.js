// Codes offered by their beginning or the words of their names; what is chosen is added at once.
const wait = 200

export function codePicker() {
  let list = null
  let shown = []
  let at = 0
  let timer = 0
  const fieldOf = (target) => (target instanceof Element && target.matches('[data-code-field]') ? target : null)
  const typed = (field) => field.value.split(',').at(-1).trim()

  const close = (field) => {
    if (list) list.hidden = true
    field.setAttribute('aria-expanded', 'false')
    field.removeAttribute('aria-activedescendant')
  }
  const show = (field) => {
    for (const [index, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(index === at))
    if (at < 0) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `code-${at}`)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const take = (field, suggestion) => {
    const before = field.value.split(',').slice(0, -1)
    field.value = [...before, suggestion.pattern].join(', ')
    close(field)
    document.getElementById(field.dataset.addWithEnter)?.click()
  }
  const optionOf = (field, suggestion, index) => {
    const item = document.createElement('li')
    item.id = `code-${index}`
    item.setAttribute('role', 'option')
    const code = document.createElement('code')
    code.textContent = suggestion.pattern
    const name = document.createElement('span')
    name.textContent = suggestion.name ?? ''
    item.append(code, name)
    item.addEventListener('mousedown', (event) => {
      event.preventDefault()
      take(field, suggestion)
    })
    return item
  }
  const search = async (field) => {
    const q = typed(field)
    if (q === '' || !field.isConnected) return close(field)
    const system = field.form.elements.namedItem('codeSystem')?.value
    const answer = await fetch(`/api/codes?${new URLSearchParams({ system, q, limit: '12' })}`)
    if (!answer.ok || q !== typed(field) || document.activeElement !== field) return close(field)
    shown = (await answer.json()).items
    if (shown.length === 0) return close(field)
    at = -1
    list = document.getElementById('code-list')
    list.replaceChildren(...shown.map((suggestion, index) => optionOf(field, suggestion, index)))
    list.hidden = false
    field.setAttribute('aria-expanded', 'true')
    show(field)
  }
  document.addEventListener('input', (event) => {
    const field = fieldOf(event.target)
    if (!field) return
    clearTimeout(timer)
    timer = setTimeout(() => void search(field), wait)
  })
  document.addEventListener('keydown', (event) => {
    const field = fieldOf(event.target)
    if (!field || !list || list.hidden) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by) at = (at + by + shown.length) % shown.length
    else if (event.key === 'Enter' && at >= 0) take(field, shown[at])
    else if (event.key === 'Escape') close(field)
    else return
    event.preventDefault()
    event.stopPropagation()
    if (!list.hidden) show(field)
  })
  document.addEventListener('focusout', (event) => {
    const field = fieldOf(event.target)
    if (field) close(field)
  })
}
