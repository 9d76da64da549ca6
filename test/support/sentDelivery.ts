import { claimAndOpen } from '../../db/ledger.ts'
import { recordProviderReport } from '../../db/providerReport.ts'
import { readCareEventFacts } from '../../db/queries/facts.ts'
import { createSimulatorStore } from '../../db/simulatorStore.ts'
import { plan } from '../../domain/plan.ts'
import type { ApiUnderTest } from './api.ts'

export interface SentDelivery {
  deliveryId: string
  attemptId: string
}

/**
 * Does by hand what the worker does: claims what is planned for a care event, and puts the text on the simulated phone.
 * `delivered: false` leaves the attempt open, as after a crash between the claim and the answer.
 */
export async function sendPlanned(
  api: ApiUnderTest,
  careEventId: string,
  { to = '+15555550101', body = 'Hi Zephyrine, see you soon', delivered = true } = {},
): Promise<SentDelivery> {
  const { database, deps } = api
  const claimed = await database.inOrganization(api.organizationId, async (tx) => {
    const { actions, organization } = await deps.configuration.read(tx)
    const reading = await readCareEventFacts(tx, careEventId)
    if (!reading) throw new Error('no such care event')
    const verdict = plan(reading.careEvent, actions, organization, reading.decided, api.clock.now)[0]
    if (!verdict?.occurrenceKey || verdict.recipient === null) throw new Error('nothing is planned')
    const action = actions.find(({ id }) => id === verdict.actionId)
    return claimAndOpen(
      tx,
      {
        verdict: { ...verdict, occurrenceKey: verdict.occurrenceKey, recipient: verdict.recipient },
        actionVersion: action?.version ?? 1,
        careEventId,
        patientId: reading.careEvent.patient.id,
        statedStartAt: null,
        message: {
          channel: 'sms',
          provider: 'simulated',
          address: deps.encryption.encrypt(to),
          addressHash: deps.encryption.blindIndex(to),
          language: null,
          subject: null,
          text: deps.encryption.encrypt(body),
          segments: 1,
          // Of each care event one of its own, as if it said its time.
          textHash: deps.encryption.blindIndex(`${careEventId} ${body}`),
          day: new Date(api.clock.now).toISOString().slice(0, 10),
        },
      },
      api.clock.now,
    )
  })
  if (!claimed) throw new Error('somebody else has claimed it')
  if (!delivered) return claimed
  const at = api.clock.now
  const sent = { channel: 'sms' as const, to, subject: null, body, at }
  const message = { organizationId: api.organizationId, ...claimed, ...sent }
  const { id } = await createSimulatorStore(database, deps.encryption).put(message)
  await recordProviderReport(deps, {
    attemptId: claimed.attemptId,
    providerId: id,
    status: 'delivered',
    errorCode: null,
    failure: null,
    at,
  })
  await database.inOrganization(api.organizationId, (tx) =>
    tx.query('update delivery set sent_at = $2, reached_provider = true where id = $1', [
      claimed.deliveryId,
      new Date(at),
    ]),
  )
  return claimed
}
