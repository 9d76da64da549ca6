// A menu takes the focus when it opens; the arrow keys move inside it.
const items = (menu) => [...menu.querySelectorAll('.menu-item:not([disabled]), .button:not([disabled]), input, select')]

export function menus() {
  document.addEventListener(
    'toggle',
    (event) => {
      const menu = event.target
      if (!(menu instanceof HTMLElement) || !menu.matches('.menu[popover]') || event.newState !== 'open') return
      items(menu)[0]?.focus()
    },
    true,
  )
  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest('.menu[popover]')
    if (!menu || !['ArrowDown', 'ArrowUp'].includes(event.key) || event.target.matches('select')) return
    event.preventDefault()
    const list = items(menu)
    const by = event.key === 'ArrowDown' ? 1 : -1
    list[(list.indexOf(document.activeElement) + by + list.length) % list.length]?.focus()
  })
}
