import { IANAZone } from 'luxon'
import type { Zone } from '../instant.ts'

/** Whether a name is an IANA zone; a bare offset such as `+02:00` is none, since it knows no summer time. */
export function isZone(name: string): name is Zone {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name)
}
