import type { Encryption } from './encryption.ts'
import type { Database } from './orm.ts'
import { putSimulatedMessage, type SimulatedDirect } from './queries/simulator.ts'

type SimulatedMessage = Omit<SimulatedDirect, 'id'> & { attemptId: string }

/** What the simulated phones and mailboxes got, kept with the practice's other data, once per attempt. */
export function createSimulatorStore(database: Database, encryption: Encryption) {
  const organizationOf = async (attemptId: string): Promise<string> => {
    const found = await database.lookup.attempt(attemptId)
    if (!found) throw new Error(`attempt ${attemptId} is not in the ledger`)
    return found.organizationId
  }
  return {
    async put({ attemptId: id, ...message }: SimulatedMessage): Promise<{ id: string }> {
      await database.inOrganization(await organizationOf(id), (tx) =>
        putSimulatedMessage(tx, encryption, { ...message, id }),
      )
      return { id }
    },
    async find(attemptId: string): Promise<{ id: string } | null> {
      return database.inOrganization(await organizationOf(attemptId), async (tx) => {
        const [row] = await tx.query<{ id: string }>('select id from simulated_message where attempt_id = $1', [
          attemptId,
        ])
        return row ?? null
      })
    },
  }
}
