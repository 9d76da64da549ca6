// What was typed or chosen before the scripts had run (or was brought back by the browser) is not lost: a list is asked
// for as its form now stands, and in other forms what follows the fields is told of them.
const controls = (form) =>
  [...form.elements].filter((each) => each.matches('input:not([type=hidden]), select, textarea'))

function asServed(control) {
  if (control.matches('[type=checkbox], [type=radio]')) return control.checked === control.defaultChecked
  if (!control.options) return control.value === control.defaultValue
  const served = [...control.options].findIndex((option) => option.defaultSelected)
  return control.selectedIndex === Math.max(0, served)
}

function tell(control) {
  control.dispatchEvent(new Event('input', { bubbles: true }))
  control.dispatchEvent(new Event('change', { bubbles: true }))
}

export function early() {
  // htmx begins to listen at the same event, and before this.
  document.addEventListener('DOMContentLoaded', () => {
    for (const form of document.querySelectorAll('form[role="search"], form[data-warn-unsaved]')) {
      const changed = controls(form).filter((control) => !asServed(control))
      if (form.matches('[role="search"]')) {
        if (changed.length > 0) form.requestSubmit()
      } else for (const control of changed) tell(control)
    }
  })
}
