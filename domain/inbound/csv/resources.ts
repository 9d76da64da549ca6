import { isZone } from '../../zone.ts'
import type { FacilityContent, RecordReference } from '../normalForm.ts'
import { phoneNumber } from '../phone.ts'
import { stateCode } from '../place.ts'
import type { Cells } from './cells.ts'
import { facilityFields } from './fields.ts'

/** A practice resource as the row refers to it: by its id, else by its name. Null: the row names none. */
export function readReference(cells: Cells, kind: 'facility' | 'provider' | 'appointmentType'): RecordReference | null {
  const [id, display] = [cells.text(`${kind}Id`, 200), cells.text(`${kind}Name`, 200)]
  const externalId = id ?? display
  return externalId === null ? null : { externalId, identifier: null, display: display ?? externalId }
}

/** Null where the layout says nothing of facilities but which one. */
export function readFacility(cells: Cells, region: string): FacilityContent | null {
  if (!facilityFields.some((field) => cells.has(field))) return null
  const zone = cells.text('facilityZone', 60)
  if (zone !== null && !isZone(zone)) cells.warn('facilityZone', 'unknownZone', 'is no time zone, and is left out')
  const state = cells.text('facilityState', 100)
  const letters = state === null ? null : stateCode(state)
  const phone = cells.text('facilityPhone', 60)
  return {
    name: cells.text('facilityName', 200),
    zone: zone !== null && isZone(zone) ? zone : null,
    state: letters !== null && /^[A-Z]{2}$/.test(letters) ? letters : null,
    phone: phone === null ? null : (phoneNumber(phone, region) ?? phone),
    address: null,
    active: true,
  }
}
