import { Problem } from '../domain/problem.ts'

/** Each role may do what the ones before it may. Not to be confused with the staff roles a practice defines. */
export const roles = ['staff', 'manager', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who asks: a program with a key, or a person with a session. */
export interface Principal {
  organizationId: string
  role: Role
  /** null for an API key. */
  userId: string | null
  /** null for a session. */
  apiKeyId: string | null
}

export function mayAct(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}

/** Throws `forbidden` with the role that is needed. */
export function requireRole(who: Principal, least: Role): void {
  if (!mayAct(who.role, least)) throw new Problem('forbidden', `This needs the role ${least}; yours is ${who.role}.`)
}
