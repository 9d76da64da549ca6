import type { Encryption } from './encryption.ts'
import type { Database, Tx } from './orm.ts'
import { putSimulatedMessage, type SimulatedDirect } from './queries/simulator.ts'

type SimulatedMessage = Omit<SimulatedDirect, 'id'> & { organizationId: string; attemptId: string }

/** What the simulated phones and mailboxes got, kept with the practice's other data, once per attempt. */
export function createSimulatorStore(database: Database, encryption: Encryption) {
  return {
    async put({ organizationId, attemptId: id, ...message }: SimulatedMessage): Promise<{ id: string }> {
      // Lost with the machine's power, it would be looked for, found absent and put again.
      const put = async (tx: Tx) => putSimulatedMessage(tx, encryption, { ...message, id })
      await database.inOrganization(organizationId, put, { durable: false })
      return { id }
    },
    async find(organizationId: string, attemptId: string): Promise<{ id: string } | null> {
      return database.inOrganization(organizationId, async (tx) => {
        const [row] = await tx.query<{ id: string }>('select id from simulated_message where attempt_id = $1', [
          attemptId,
        ])
        return row ?? null
      })
    },
  }
}
