import type { CookieOptions, Request } from 'express'

const cookieName = 'session'

/** HTTP only, same site, for as long as the browser is open; idling ends it sooner on the server. */
export function sessionCookie(publicUrl: string): { name: string; options: CookieOptions } {
  return {
    name: cookieName,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: publicUrl.startsWith('https:') },
  }
}

/** The token of the session cookie; null without one. */
export function sessionToken(req: Request): string | null {
  for (const pair of (req.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === cookieName && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value
  }
  return null
}

/** Whether a request was set off by our own pages, as the browser says; a caller that says nothing is no browser. */
export function isSameOrigin(req: Request, publicUrl: string): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const origin = req.get('origin')
  if (origin === undefined) return true
  return origin === new URL(publicUrl).origin || origin === `${req.protocol}://${req.get('host')}`
}
