import type { Request, Response } from 'express'
import * as z from 'zod'

const field = z.strictObject({ name: z.string().max(40), value: z.string().max(1600) })
const noticeSchema = z.strictObject({
  tone: z.enum(['good', 'warn', 'bad']),
  text: z.string().max(400),
  /** A form that takes back what was just done. */
  undo: z
    .strictObject({
      action: z
        .string()
        .regex(/^\/[\w/-]+$/)
        .max(200),
      fields: z.array(field).max(10),
    })
    .nullable()
    .default(null),
  lines: z.array(z.string().max(300)).max(10).default([]),
})

/** What the next page says first. Titles and counts only: a cookie is no place for what a patient may not want read. */
export type Notice = z.output<typeof noticeSchema>
const cookie = 'notice'
const options = { httpOnly: true, sameSite: 'lax', path: '/' } as const

export function notice(tone: Notice['tone'], text: string, more: Partial<Pick<Notice, 'undo' | 'lines'>> = {}): Notice {
  return { tone, text: text.slice(0, 400), undo: more.undo ?? null, lines: (more.lines ?? []).slice(0, 10) }
}

/** Carries a notice over a redirect, for a minute. */
export function keepNotice(res: Response, value: Notice): void {
  res.cookie(cookie, Buffer.from(JSON.stringify(value)).toString('base64url'), { ...options, maxAge: 60_000 })
}

/** The notice that the page before left, once; null for none, or for one that we did not write. */
export function takeNotice(req: Request, res: Response): Notice | null {
  const raw = cookieValue(req, cookie)
  if (raw === null) return null
  res.clearCookie(cookie, options)
  try {
    return noticeSchema.parse(JSON.parse(Buffer.from(raw, 'base64url').toString('utf8')))
  } catch {
    return null
  }
}

/** The value of one cookie of the request. */
export function cookieValue(req: Request, name: string): string | null {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return decodeURIComponent(value.join('='))
  }
  return null
}
