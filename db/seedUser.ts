import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { UserRole } from './entities/access.ts'
import type { Tx } from './orm.ts'
import type { By } from './queries/audit.ts'
import { createUser } from './queries/users.ts'

/** How somebody of the first start gets in: the password is known here once and never again. */
export interface SignIn {
  email: string
  password: string
}

/** A user of the first start, with a password of chance. */
export async function insertUser(
  tx: Tx,
  user: { email: string; name: string; role: UserRole },
  by: By,
): Promise<SignIn & { id: string }> {
  const password = randomBytes(12).toString('base64url')
  const { id } = await createUser(tx, { ...user, passwordHash: await hash(password) }, by)
  return { id, email: user.email, password }
}
