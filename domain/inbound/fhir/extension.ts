import type { Zone } from '../../instant.ts'
import { isZone } from '../../zone.ts'
import type { Element } from './element.ts'

const timeZoneUrl = 'http://hl7.org/fhir/StructureDefinition/timezone'
const patientTimeZoneUrl = 'http://hl7.org/fhir/StructureDefinition/patient-timezone'

/** The zone from FHIR's standard extension; one that does not exist is reported and null, so the next fallback holds. */
export function readZone(parent: Element): Zone | null {
  for (const extension of parent.list('extension')) {
    const url = extension.text('url')
    if (url !== timeZoneUrl && url !== patientTimeZoneUrl) continue
    const field = extension.at('valueCode').exists ? 'valueCode' : 'valueString'
    const name = extension.text(field, 100)
    if (name === null) continue
    if (isZone(name)) return name
    extension.at(field).warn('unknownZone', 'is no IANA time zone such as America/New_York: the fallback zone is used')
  }
  return null
}

/** The web address of a video visit: R5's virtual service, carried by an extension in R4. */
export function readVideoLink(appointment: Element): string | null {
  for (const extension of appointment.list('extension')) {
    if (!/virtual-?service$/i.test(extension.text('url') ?? '')) continue
    for (const part of extension.list('extension')) {
      const link = part.text('valueUrl') ?? part.text('valueUri') ?? part.text('valueString')
      if (/^address/.test(part.text('url') ?? '') && link !== null && /^https:\/\/\S+$/.test(link)) return link
    }
  }
  return null
}
