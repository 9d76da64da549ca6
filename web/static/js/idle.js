// A screen that nobody uses must not go on showing patients: after the idle time the page gives way to the sign-in page.
// Typing tells the server that somebody is here, so that a long form is not lost.
export function keepAlive() {
  const seconds = Number(document.body.dataset.idleSeconds)
  if (!seconds) return
  let lastUse = Date.now()
  let lastTold = Date.now()
  const used = () => {
    lastUse = Date.now()
    if (lastUse - lastTold < Math.min(60_000, seconds * 250)) return
    lastTold = lastUse
    void fetch('/session/here', { method: 'POST', headers: JSON.parse(document.body.getAttribute('hx-headers')) })
  }
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    document.addEventListener(kind, used, { passive: true })
  setInterval(() => {
    if (Date.now() - lastUse < seconds * 1000) return
    const back = location.pathname + location.search
    location.replace(`/sign-in?idle=1&back=${encodeURIComponent(back)}`)
  }, 5000)
}
