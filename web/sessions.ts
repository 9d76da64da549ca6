import type { Request, Response } from 'express'

export const roles = ['staff', 'manager', 'admin'] as const
/** Each role may do what the ones before it may. */
export type Role = (typeof roles)[number]

/** Somebody who has signed in. */
export interface Visitor {
  organizationId: string
  userId: string
  sessionId: string
  role: Role
  email: string
  name: string
  apiKeyId: string | null
  /** Comes back with every change they make, so that no other site can make one in their name. */
  csrf: string
}

/** Sign-in and sign-out, as the API has them: one session serves its calls and the pages. */
export interface Sessions {
  /** Who asks; null without a session, or with one that was idle for too long. Counts as use of the session. */
  find: (req: Request) => Promise<Visitor | null>
  /** Throws `forbidden` for a change that was not made on a page of ours. */
  requireOwnRequest: (req: Request, visitor: Visitor) => void
  /** Starts a session in `res`. Throws `unauthenticated` or `tooManyRequests`, with a sentence for the form. */
  signIn: (req: Request, res: Response, credentials: { email: string; password: string }) => Promise<unknown>
  signOut: (req: Request, res: Response) => Promise<void>
}

export function mayAct(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}
