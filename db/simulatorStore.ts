import type { Encryption } from './encryption.ts'
import type { Database } from './orm.ts'
import { putSimulatedMessage, type SimulatedDirect } from './queries/simulator.ts'

type SimulatedMessage = Omit<SimulatedDirect, 'id'> & { organizationId: string; attemptId: string }

/** What the simulated phones and mailboxes got, kept with the practice's other data, once per attempt. */
export function createSimulatorStore(database: Database, encryption: Encryption) {
  return {
    async put({ organizationId, attemptId: id, ...message }: SimulatedMessage): Promise<{ id: string }> {
      await database.inOrganization(organizationId, async (tx) => {
        // Lost with the server's power, it would be looked for, found absent and put again: no need to wait for the disk.
        tx.send('set local synchronous_commit = off')
        putSimulatedMessage(tx, encryption, { ...message, id })
      })
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
