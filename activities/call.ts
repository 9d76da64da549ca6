import type { LedgerRow } from '../db/ledger.ts'
import type { LostMessage, OutgoingMessage } from './channels/channel.ts'

/** The call to a provider that a transaction has prepared. */
export type Call =
  | { kind: 'send'; deliveryId: string; attemptId: string; message: OutgoingMessage }
  | { kind: 'find'; deliveryId: string; attemptId: string; message: LostMessage; row: LedgerRow }
