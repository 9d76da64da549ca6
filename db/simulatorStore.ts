import type { TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import { newId } from './newId.ts'
import type { Database } from './orm.ts'

/** A message on its way to a simulated phone or mailbox. */
interface SimulatedMessage {
  attemptId: string
  deliveryId: string | null
  channel: TextChannel
  to: string
  subject: string | null
  body: string
  at: Instant
}

/** What the simulated phones and mailboxes got, kept with the practice's other data, once per attempt. */
export function createSimulatorStore(database: Database, encryption: Encryption) {
  const organizationOf = async (attemptId: string): Promise<string> => {
    const found = await database.lookup.attempt(attemptId)
    if (!found) throw new Error(`attempt ${attemptId} is not in the ledger`)
    return found.organizationId
  }
  return {
    async put(message: SimulatedMessage): Promise<{ id: string }> {
      const organizationId = await organizationOf(message.attemptId)
      return database.inOrganization(organizationId, async (tx) => {
        const [row] = await tx.query<{ id: string }>(
          `insert into simulated_message (organization_id, id, attempt_id, delivery_id, channel, address, address_hash,
             subject_encrypted, body_encrypted, sent_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (organization_id, attempt_id) do update set attempt_id = excluded.attempt_id
           returning id`,
          [
            organizationId,
            newId(),
            message.attemptId,
            message.deliveryId,
            message.channel,
            encryption.encrypt(message.to),
            encryption.blindIndex(message.to),
            message.subject === null ? null : encryption.encrypt(message.subject),
            encryption.encrypt(message.body),
            new Date(message.at),
          ],
        )
        if (!row) throw new Error(`the message of attempt ${message.attemptId} was not stored`)
        return row
      })
    },
    async find(attemptId: string): Promise<{ id: string } | null> {
      const organizationId = await organizationOf(attemptId)
      return database.inOrganization(organizationId, async (tx) => {
        const [row] = await tx.query<{ id: string }>('select id from simulated_message where attempt_id = $1', [
          attemptId,
        ])
        return row ?? null
      })
    },
  }
}
