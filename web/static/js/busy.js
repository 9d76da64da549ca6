// What takes a while says so, and is not begun twice.
export function busy() {
  document.addEventListener('submit', (event) => {
    const button = event.target.dataset.busy && event.target.querySelector('button:not([type="button"])')
    if (!button) return
    button.textContent = event.target.dataset.busy
    button.setAttribute('aria-disabled', 'true')
    event.target.addEventListener('submit', (again) => again.preventDefault())
  })
}
