import type { Instant } from '../../domain/instant.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import { withoutTokens } from '../../domain/secureLink.ts'
import { type LinkState, linkState } from '../../domain/secureOpening.ts'
import type { Encryption } from '../encryption.ts'
import type { SecureContent } from '../openSecureMessage.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'

/**
 * What a secure message says, for those of the practice who may read PHI, and not what opens the patient's links in it;
 * that they read it is recorded. Throws
 * `notFound`, and `conflict` for a delivery without such content.
 */
export async function readSecureContent(tx: Tx, deliveryId: string, encryption: Encryption, by: By) {
  const [delivery] = await tx.query<{ subject: Buffer | null; body: Buffer | null }>(
    `select m.subject_encrypted as subject, m.body_encrypted as body
       from delivery d
       left join secure_message m on m.organization_id = d.organization_id and m.delivery_id = d.id
      where d.id = $1 order by m.created_at desc, m.id desc limit 1`,
    [deliveryId],
  )
  if (!delivery) throw notFound('delivery')
  const { subject, body } = delivery
  if (body === null) throw new Problem('conflict', 'This is no secure message: its text is the delivery’s own.')
  await recordAudit(tx, by, { action: 'secureContentRead', subject: 'delivery', subjectId: deliveryId })
  const content: SecureContent = {
    subject: subject === null ? null : encryption.decrypt(subject),
    body: withoutTokens(encryption.decrypt(body)),
  }
  return content
}

/** How a delivery's newest link stands; null for one that has none. */
export async function readSecureState(
  tx: Tx,
  deliveryId: string,
  now: Instant,
): Promise<{ state: LinkState; expiresAt: Instant } | null> {
  const [row] = await tx.query<{
    expiresAt: Date
    invalidatedAt: Date | null
    lockedAt: Date | null
    birthDate: string | null
    isStaff: boolean
  }>(
    `select m.expires_at as "expiresAt", m.invalidated_at as "invalidatedAt", p.secure_locked_at as "lockedAt",
            p.birth_date as "birthDate", m.staff_member_id is not null as "isStaff"
       from secure_message m left join patient p on p.organization_id = m.organization_id and p.id = m.patient_id
      where m.delivery_id = $1 order by m.created_at desc, m.id desc limit 1`,
    [deliveryId],
  )
  if (!row) return null
  const expiresAt = row.expiresAt.getTime()
  const link = {
    expiresAt,
    invalidatedAt: row.invalidatedAt?.getTime() ?? null,
    lockedAt: row.lockedAt?.getTime() ?? null,
    birthDate: row.birthDate,
    reader: row.isStaff ? ('staff' as const) : ('patient' as const),
  }
  return { state: linkState(link, now), expiresAt }
}
