// A choice that only changes what is shown takes effect at once; its button is for pages without script.
export function autoSubmit() {
  for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit()
  })
}
