/** Machines of one's own: the only ones that may be asked without TLS. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Where clouds answer their machines' questions about themselves, secrets included: nobody's EHR is there. */
const linkLocal = /^(169\.254(\.\d{1,3}){2}|\[fe[89ab][0-9a-f]:.*\]|\[::ffff:a9fe:.*\]|metadata\.google\.internal)$/

/**
 * Why nothing is fetched from an address; null: it may be. Patient data and our credentials go there, so it has to be
 * HTTPS, and carry no password that would end up in logs.
 */
export function refusedAddress(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'is not a web address: https://ehr.example.org/fhir'
  if (url.username !== '' || url.password !== '')
    return 'has a user or password in it: they belong into the credentials'
  if (url.hash !== '') return 'has a # in it, which no server would see'
  if (linkLocal.test(url.hostname)) return 'is an address that only the machine itself may ask'
  if (url.protocol === 'http:' && !loopback.test(url.hostname))
    return 'has to begin with https://: patient data goes over no other line (http:// is taken on this machine itself)'
  return null
}
