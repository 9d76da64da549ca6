import type { InboundRecord, SourceVersion } from '../normalForm.ts'
import { readAppointment } from './appointment.ts'
import type { ResourceContext } from './context.ts'
import type { Element } from './element.ts'
import { readPatient } from './patient.ts'
import { readHealthcareService, readLocation, readPractitioner, readPractitionerRole } from './practiceResources.ts'

interface Known {
  externalId: string
  sourceVersion: SourceVersion
}

/** What each resource type becomes: its content, and its tombstone. */
const readers: Record<
  string,
  { read(context: ResourceContext, known: Known): InboundRecord | null; retire(known: Known): InboundRecord }
> = {
  Patient: {
    read: (context, known) => ({ kind: 'patient', ...known, deleted: false, content: readPatient(context) }),
    retire: (known) => ({ kind: 'patient', ...known, deleted: true, content: null }),
  },
  Location: {
    read: (context, known) => ({ kind: 'facility', ...known, deleted: false, content: readLocation(context) }),
    retire: (known) => ({ kind: 'facility', ...known, deleted: true, content: null }),
  },
  Practitioner: {
    read: (context, known) => ({ kind: 'provider', ...known, deleted: false, content: readPractitioner(context) }),
    retire: (known) => ({ kind: 'provider', ...known, deleted: true, content: null }),
  },
  PractitionerRole: {
    read: (context, known) => ({ kind: 'provider', ...known, deleted: false, content: readPractitionerRole(context) }),
    retire: (known) => ({ kind: 'provider', ...known, deleted: true, content: null }),
  },
  HealthcareService: {
    read: (context, known) => ({
      kind: 'appointmentType',
      ...known,
      deleted: false,
      content: readHealthcareService(context),
    }),
    retire: (known) => ({ kind: 'appointmentType', ...known, deleted: true, content: null }),
  },
  Appointment: {
    read: (context, known) => {
      const content = readAppointment(context)
      return content && { kind: 'careEvent', careEventKind: 'appointment', ...known, deleted: false, content }
    },
    retire: (known) => ({ kind: 'careEvent', careEventKind: 'appointment', ...known, deleted: true, content: null }),
  },
}

/** The resource types that are taken, for messages and the server's own description. */
export const supportedResources: readonly string[] = Object.keys(readers)

/** A resource as a record; null when something in it, or its type, keeps it out (reported under its path). */
export function readResource(
  type: string,
  context: ResourceContext,
  sourceVersion: SourceVersion,
): InboundRecord | null {
  const reader = readerOf(type, context.resource.at('resourceType'))
  return reader ? reader.read(context, { externalId: context.externalId, sourceVersion }) : null
}

/** The tombstone of a deleted resource. */
export function readDeletion(type: string, where: Element, known: Known): InboundRecord | null {
  return readerOf(type, where)?.retire(known) ?? null
}

function readerOf(type: string, where: Element) {
  if (Object.hasOwn(readers, type)) return readers[type] ?? null
  return where.error(
    'unsupportedResource',
    `is not taken here: it has to be one of ${supportedResources.join(', ')}, or a Bundle of them`,
  )
}
