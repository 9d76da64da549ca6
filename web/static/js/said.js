// What changes by itself, or by a filter, is told once to those who do not see it.
const words = () => [...document.querySelectorAll('[data-said]')].map((each) => each.dataset.said).join(' ')

export function said() {
  let last = words()
  document.addEventListener('htmx:afterSettle', () => {
    const now = words()
    if (now === last) return
    last = now
    document.querySelector('#said').textContent = now
  })
}
