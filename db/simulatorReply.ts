import type { Instant } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'
import { putSimulatedMessage } from './queries/simulator.ts'
import { type ReceivedReply, receiveReply } from './receiveReply.ts'

/** A reply typed into a simulated phone, taken like a real one; an answer to it appears on the phone. */
export async function replyFromSimulator(
  tx: Tx,
  encryption: Encryption,
  { from, body }: { from: string; body: string },
  now: Instant,
): Promise<ReceivedReply> {
  const received = await receiveReply(tx, encryption, { channel: 'sms', from, body, providerId: null, at: now })
  if (received.answer !== null) {
    const answer = {
      id: newId(),
      deliveryId: null,
      channel: 'sms' as const,
      to: from,
      subject: null,
      body: received.answer,
    }
    putSimulatedMessage(tx, encryption, { ...answer, at: now })
  }
  return received
}
