import { newId } from '../db/newId.ts'
import { putSimulatedMessage } from '../db/queries/simulator.ts'
import { Problem } from '../domain/problem.ts'
import type { ApiDeps, DirectMessage, DirectOutcome } from './deps.ts'

/** Sends it once; nothing is tried again, because somebody is looking. Throws `unavailable` when it did not go out. */
export async function sendDirect(
  deps: ApiDeps,
  organizationId: string,
  message: Omit<DirectMessage, 'id'>,
): Promise<{ id: string }> {
  const id = newId()
  const outcome = deps.sendDirect
    ? await deps.sendDirect(organizationId, { ...message, id })
    : await simulated(deps, organizationId, { ...message, id })
  if (outcome.outcome === 'accepted') return { id }
  const said =
    outcome.outcome === 'refused' ? 'refused the message' : 'did not answer, so it may or may not have been sent'
  throw new Problem('unavailable', `The provider ${said} (code ${outcome.code}).`)
}

async function simulated(deps: ApiDeps, organizationId: string, message: DirectMessage): Promise<DirectOutcome> {
  if (!deps.simulator) return { outcome: 'refused', code: 'noChannel' }
  const stored = { ...message, deliveryId: null, at: deps.clock() }
  await deps.database.inOrganization(organizationId, async (tx) => putSimulatedMessage(tx, deps.encryption, stored))
  return { outcome: 'accepted' }
}
