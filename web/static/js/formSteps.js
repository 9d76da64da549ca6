// Parts of the editor that its own buttons bring anew: a language, a code.
export function formSteps() {
  document.addEventListener('keydown', (event) => {
    const button = event.key === 'Enter' && document.getElementById(event.target.dataset?.addWithEnter ?? '')
    if (!button || event.defaultPrevented) return
    event.preventDefault()
    button.click()
  })
  // htmx sends a form's own request to the address of the button that was pressed last; the preview is no such request.
  document.addEventListener('htmx:configRequest', (event) => {
    const form = event.detail.elt
    if (form.matches('form[hx-post]')) event.detail.path = form.getAttribute('hx-post')
  })
  document.addEventListener('click', (event) => {
    const dismissed = event.target.closest('[data-dismiss]')
    if (dismissed) document.getElementById(dismissed.dataset.dismiss)?.remove()
  })
  // A preview asked for meanwhile is of the form as it was: its answer speaks of fields that are gone.
  document.addEventListener('htmx:beforeSwap', ({ detail: { target } }) => {
    const form = isPart(target) && target.closest('form')
    if (form) form.dispatchEvent(new CustomEvent('htmx:abort', { bubbles: true, detail: { elt: form } }))
  })
  // What they brought counts as an edit: the preview and "not saved yet" follow.
  document.addEventListener('htmx:afterSettle', (event) => {
    const part = event.detail.target
    if (!isPart(part)) return
    const now = document.getElementById(part.id)
    now?.dispatchEvent(new Event('input', { bubbles: true }))
    const focus = now?.querySelector('.text-tab:checked, [data-add-with-enter]')
    focus?.focus()
  })
}

function isPart(element) {
  return ['texts', 'codes'].includes(element?.id)
}
