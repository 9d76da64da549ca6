// What has to be entered elsewhere is copied with one press.
export function copy() {
  if (!navigator.clipboard) return
  const show = () => {
    for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false
  }
  show()
  document.addEventListener('htmx:afterSettle', show)
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    await navigator.clipboard.writeText(button.parentElement.querySelector('[data-copied]').textContent)
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
}
