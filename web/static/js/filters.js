const asServed = (control) =>
  control.options
    ? control.selectedIndex ===
      Math.max(
        0,
        [...control.options].findIndex((option) => option.defaultSelected),
      )
    : control.value === control.defaultValue

// What was chosen or typed before the scripts had run is not lost: the list is asked for as the form now stands.
export function filters() {
  document.addEventListener('DOMContentLoaded', () => {
    for (const form of document.querySelectorAll('form[role="search"]')) {
      if (![...form.querySelectorAll('input, select')].every(asServed)) form.requestSubmit()
    }
  })
}
