import type { Tx } from './orm.ts'

/**
 * Whoever decides for one of several care events of a patient that count for each other takes turns: what is read from
 * here on is no older than the decision before. Held until the transaction ends; taken after the care event's row, and
 * before nothing that anybody holds who waits for a turn.
 */
export async function takePatientTurn(tx: Tx, patientId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`patient/${patientId}`], 'patient turn')
}
