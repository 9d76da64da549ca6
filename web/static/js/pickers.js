// Lists with many entries: a search field that narrows them, and the choice in the closed picker's line.
function refresh(picker) {
  const ticked = [...picker.querySelectorAll('.picker-list input:checked')]
  const only = picker.querySelector('input[type="radio"][value="only"]')
  const line = picker.querySelector('[data-chosen]')
  if (!line) return
  const names = ticked.map((box) => box.closest('label').textContent.trim())
  const none = line.dataset.noneChosen
  const chosen = names.length > 0 ? names.join(', ') : (none ?? 'none chosen yet')
  line.textContent = none || only?.checked ? chosen : line.dataset.any
}

function narrow(picker, text) {
  const wanted = text.trim().toLowerCase()
  let shown = 0
  for (const choice of picker.querySelectorAll('.picker-list .choice')) {
    choice.hidden = wanted !== '' && !choice.textContent.toLowerCase().includes(wanted)
    if (!choice.hidden) shown += 1
  }
  picker.querySelector('[data-none]').hidden = shown > 0
}

export function pickers() {
  for (const picker of document.querySelectorAll('[data-picker]')) {
    const search = picker.querySelector('.picker-search')
    if (search) {
      search.hidden = picker.querySelectorAll('.picker-list .choice').length < 8
      search.addEventListener('input', (event) => {
        event.stopPropagation()
        narrow(picker, search.value)
      })
      search.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') event.preventDefault()
      })
    }
    picker.addEventListener('change', (event) => {
      const radio = (value) => picker.querySelector(`input[type="radio"][value="${value}"]`)
      const listed = event.target.matches('.picker-list input') && radio('only')
      if (listed && event.target.checked) radio('only').checked = true
      if (listed && !picker.querySelector('.picker-list input:checked')) radio('any').checked = true
      if (event.target.matches('input[type="radio"][value="any"]'))
        for (const box of picker.querySelectorAll('.picker-list input:checked')) box.checked = false
      refresh(picker)
    })
    refresh(picker)
  }
}
