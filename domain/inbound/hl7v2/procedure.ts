import { bareCareEvent, type CareEventContent, type RecordReference } from '../normalForm.ts'
import { readCode } from './coded.ts'
import type { MessageContext } from './context.ts'
import { providerReference } from './identifier.ts'
import type { Segment } from './segment.ts'
import { dateOf, timeOf } from './time.ts'

/** A care event beside the one the message is about: its id is the sender's, else made of what it is. */
export interface SideEvent {
  externalId: string
  content: CareEventContent
}

/** Where and with whom the visit was that charges, procedures and diagnoses belong to. */
export interface Visit {
  facility: RecordReference | null
  providers: readonly RecordReference[]
}

/** PR1: a procedure that was done. Its number is PR1-19, else patient, day and code tell it from others. */
export function readProcedure(pr1: Segment, patient: RecordReference, visit: Visit, context: MessageContext) {
  const zone = context.zoneOf(visit.facility?.externalId ?? null)
  const date = timeOf(pr1.text(5), zone)
  const code = readCode(pr1, 3, { wanted: ['cpt'], method: pr1.text(2) ?? 'CPT', text: pr1.text(4) })
  const action = pr1.text(20)?.toUpperCase()
  const by = providerReference(pr1, 11) ?? providerReference(pr1, 8)
  const status = action === 'D' ? 'enteredInError' : 'completed'
  return sideEvent(pr1, pr1.text(19), 'PR1', patient, code?.code ?? pr1.text(3), dateOf(pr1.text(5)), {
    ...bareCareEvent('procedure', status, patient),
    facility: visit.facility,
    providers: by === null ? visit.providers : [by],
    procedureDate: date,
    codes: code === null ? [] : [code],
  })
}

/** Transaction types of table 0017: a charge, and what takes one back. Payments and adjustments are no procedures. */
const charges = new Map<string, 'completed' | 'enteredInError'>([
  ['CG', 'completed'],
  ['CO', 'completed'],
  ['CR', 'enteredInError'],
  ['CD', 'enteredInError'],
  ['VOID', 'enteredInError'],
])

/** FT1: a charge with a CPT code is a procedure of its transaction date. Null for other transactions. */
export function readCharge(
  ft1: Segment,
  patient: RecordReference,
  visit: Visit,
  context: MessageContext,
): SideEvent | null {
  const status = charges.get(ft1.text(6)?.toUpperCase() ?? 'CG')
  if (status === undefined) return null
  const zone = context.zoneOf(visit.facility?.externalId ?? null)
  const field = ft1.text(25) === null ? 7 : 25
  // A bare code in the field for procedures is CPT; the transaction code may be the practice's own.
  const code = readCode(ft1, field, { wanted: ['cpt'], method: field === 25 ? 'CPT' : null, text: ft1.text(8) })
  if (code === null && field === 7) return null
  const by = providerReference(ft1, 20)
  return sideEvent(ft1, ft1.text(2), 'FT1', patient, code?.code ?? ft1.text(field), dateOf(ft1.text(4)), {
    ...bareCareEvent('procedure', status, patient),
    facility: visit.facility,
    providers: by === null ? visit.providers : [by],
    procedureDate: timeOf(ft1.text(4), zone),
    codes: code === null ? [] : [code],
  })
}

function sideEvent(
  segment: Segment,
  number: string | null,
  kind: string,
  patient: RecordReference,
  code: string | null,
  day: string | null,
  content: CareEventContent,
): SideEvent | null {
  if (number !== null) return { externalId: `${kind}/${number}`, content }
  if (code === null || day === null)
    return segment.error(
      kind === 'PR1' ? 5 : 4,
      'missing',
      'has to say the day and the code: without them, and without a number of its own, it cannot be told from others',
    )
  return { externalId: `${kind}/${patient.externalId}/${day}/${code}`, content }
}
