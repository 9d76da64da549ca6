// The first rows of a chosen file go into the text field beside it, and are tried.
const mostBytes = 200_000

export function sampleFile() {
  for (const part of document.querySelectorAll('[data-with-script]')) part.hidden = false
  document.addEventListener('change', async (event) => {
    const { readInto, encodingFrom } = event.target.dataset ?? {}
    const file = readInto && event.target.files?.[0]
    if (!file) return
    const bytes = new Uint8Array(await file.slice(0, mostBytes).arrayBuffer())
    const field = document.getElementById(readInto)
    field.value = wholeRows(decoded(bytes, document.getElementById(encodingFrom)?.value), file.size > mostBytes)
    document.getElementById(`try-${readInto}`)?.click()
  })
}

function decoded(bytes, encoding = 'utf-8') {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xef ? 'utf-8' : encoding
  return new TextDecoder(marked).decode(bytes)
}

function wholeRows(text, isCut) {
  return isCut ? text.slice(0, Math.max(0, text.lastIndexOf('\n'))) : text
}
