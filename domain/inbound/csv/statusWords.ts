import { type CareEventKind, type CareEventStatus, careEventStatuses } from '../../careEvent.ts'
import type { CsvLayout } from './settings.ts'

/** Words that need no agreement; in capitals, letters and digits only. The statuses' own names are known as well. */
const usual: Record<CareEventKind, Record<string, string>> = {
  appointment: {
    booked: 'SCHEDULED RESCHEDULED CONFIRMED UNCONFIRMED OVERBOOK OVERBOOKED NEW BOOK',
    pending: 'TENTATIVE REQUESTED',
    arrived: 'HERE',
    checkedIn: 'INPROGRESS STARTED INROOM ROOMED',
    fulfilled: 'COMPLETE COMPLETED CHECKEDOUT SEEN KEPT DONE',
    cancelled: 'CANCELED CANCEL CXL CX DISCONTINUED',
    noShow: 'NS MISSED DNA',
    enteredInError: 'DELETED VOID ERROR',
  },
  recall: {
    open: 'ACTIVE DUE OVERDUE NEW PENDING OUTSTANDING',
    closed: 'COMPLETE COMPLETED DONE INACTIVE SCHEDULED',
    cancelled: 'CANCELED CANCEL',
    enteredInError: 'DELETED VOID ERROR',
  },
  procedure: {
    planned: 'SCHEDULED ORDERED',
    completed: 'COMPLETE DONE PERFORMED FINAL BILLED',
    notDone: 'CANCELLED CANCELED',
    enteredInError: 'DELETED VOID VOIDED ERROR',
  },
  diagnosis: {
    active: 'CONFIRMED CHRONIC CURRENT',
    inactive: 'SUSPECTED PROVISIONAL',
    refuted: 'RULEDOUT',
    enteredInError: 'DELETED VOID ERROR',
  },
}

/** As words are compared: capitals, letters and digits only. */
export function comparable(word: string): string {
  return word.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '') || word
}

/** The words of a layout, its own before the usual ones. */
export function statusWords({ rows, statuses }: CsvLayout): Map<string, CareEventStatus> {
  const words = new Map<string, CareEventStatus>()
  if (rows === 'patient') return words
  for (const status of careEventStatuses[rows]) words.set(comparable(status), status)
  for (const [status, list] of Object.entries(usual[rows]))
    for (const word of list.split(' ')) words.set(word, status as CareEventStatus)
  for (const [word, status] of Object.entries(statuses)) words.set(comparable(word), status as CareEventStatus)
  return words
}
