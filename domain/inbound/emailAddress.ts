const email = /^[^\s@<>"(),:;[\]\\]{1,64}@[^\s@<>"(),:;[\]\\.]+(\.[^\s@<>"(),:;[\]\\.]+)+$/

/** An e-mail address in lower case, with or without `mailto:`; null when it can be none. */
export function emailAddress(text: string): string | null {
  const address = text
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase()
  return address.length <= 254 && email.test(address) ? address : null
}
