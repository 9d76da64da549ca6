import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { newSecureToken, secureTokenHash, storeSecureMessage } from '../../db/secureMessages.ts'
import type { TextChannel } from '../../domain/action.ts'
import type { Instant } from '../../domain/instant.ts'

interface World {
  database: Database
  encryption: Encryption
  organizationId: string
}
interface Sent {
  deliveryId: string
  /** A staff member's id; left out, the delivery's patient reads it. */
  staffMemberId?: string
  subject?: string
  body: string
  channel?: TextChannel
  now: Instant
}

/** Puts a content behind a link of a delivery, as the claim does; returns what opens it. */
export async function secureLinkFor(world: World, sent: Sent): Promise<string> {
  const { database, encryption, organizationId } = world
  const token = newSecureToken(sent.channel ?? 'sms')
  const tokenHash = await secureTokenHash(token)
  await database.inOrganization(organizationId, async (tx) => {
    const [delivery] = await tx.query<{ patientId: string }>(
      `update delivery set secure = true, text_encrypted = $2 where id = $1 returning patient_id as "patientId"`,
      [sent.deliveryId, encryption.encrypt(`A private message for you: http://localhost:8080/m/${token}`)],
    )
    if (!delivery) throw new Error('no such delivery')
    const content = {
      deliveryId: sent.deliveryId,
      patientId: sent.staffMemberId === undefined ? delivery.patientId : null,
      staffMemberId: sent.staffMemberId ?? null,
      tokenHash,
      subject: sent.subject === undefined ? null : encryption.encrypt(sent.subject),
      body: encryption.encrypt(sent.body),
    }
    await storeSecureMessage(tx, content, sent.now)
  })
  return token
}
