import type { CareEventDetails } from '../../db/queries/careEventDetails.ts'
import type { Instant } from '../../domain/instant.ts'
import { writtenOut } from '../words/time.ts'
import { kindWords } from '../words/types.ts'

/** "Colonoscopy, Mon, Mar 9, 9:00 AM EDT": a care event in a line. */
export function careEventLine({ kind, appointmentType, startAt, zone }: CareEventDetails, now: Instant): string {
  const what = appointmentType ?? kindWords[kind]
  return startAt === null ? what : `${what}, ${writtenOut(startAt, zone, now)}`
}

/** "Riverside Endoscopy, with Dr. Osei" */
export function careEventPlace({ facility, providers }: CareEventDetails): string {
  const parts = [facility, providers.length > 0 ? `with ${providers.join(' and ')}` : null]
  return parts.filter((part) => part !== null).join(', ')
}
