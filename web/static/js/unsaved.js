// Leaving a form with changes asks first.
export function unsaved() {
  const form = document.querySelector('form[data-warn-unsaved]')
  if (!form) return
  let changed = form.dataset.warnUnsaved === 'changed'
  form.addEventListener('input', (event) => {
    if (event.target.closest('[data-not-saved]')) return
    changed = true
    const state = document.querySelector('[data-saved-state]')
    if (state) state.textContent = 'Changes not saved yet'
  })
  form.addEventListener('submit', () => {
    changed = false
  })
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })
}
