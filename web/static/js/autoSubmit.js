// A choice that only changes what is shown takes effect at once; its button is for pages without script.
export function autoSubmit() {
  // Long work goes on by itself, a part at a time; without script a button does it.
  document.querySelector('form[data-go-on]')?.requestSubmit()
  for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit()
  })
}
