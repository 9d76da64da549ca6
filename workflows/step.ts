import type { DeliverQueue } from './names.ts'

/** What a care event's workflow does next: ids, instants and codes only, because operators and histories keep it. */
export interface Step {
  /** Epoch milliseconds; in the past when it is due already. */
  wakeAt: number
  actionId: string
  /** `patient`, or a staff member's id. */
  recipient: string
  /** What it waits for: a code such as `send`, `retry`, `reconcile`. */
  waitsFor: string
  queue: DeliverQueue
  /** The delivery it goes on with, when there is one. */
  deliveryId: string | null
  /** Changes with every change of the delivery's state: the same step with the same state due twice is a loop. */
  state: string
  /** The page of the care event in the UI. */
  link: string
}

/** What `deliver` is told of the step: it reads the rest. */
export type DueStep = Pick<Step, 'actionId' | 'recipient' | 'deliveryId' | 'state'>
