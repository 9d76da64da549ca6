import type { CareEventKind } from '../../careEvent.ts'
import {
  type CareEventContent,
  type InboundKind,
  type InboundRecord,
  proposalId,
  type SourceVersion,
} from '../normalForm.ts'
import type { InboundReason } from '../reason.ts'
import { readAppointment } from './appointment.ts'
import { readCondition } from './condition.ts'
import type { ResourceContext } from './context.ts'
import { Element } from './element.ts'
import { readEncounter } from './encounter.ts'
import { readPatient } from './patient.ts'
import { readHealthcareService, readLocation, readPractitioner, readPractitionerRole } from './practiceResources.ts'
import { readProcedure } from './procedure.ts'
import {
  asksForAppointment,
  type ReadRecall,
  readCommunicationRequest,
  readProposedAppointment,
  readServiceRequest,
} from './recallRequest.ts'
import { readRelatedPerson } from './relatedPerson.ts'
import { isCalledOff } from './status.ts'

interface Known {
  externalId: string
  sourceVersion: SourceVersion
}
interface Reader {
  read(context: ResourceContext, known: Known): InboundRecord | null
  retire(known: Known): InboundRecord
}

/** A resource type whose content is read into one kind of record. */
function reader<Kind extends Exclude<InboundKind, 'careEvent'>>(
  kind: Kind,
  read: (context: ResourceContext) => Extract<InboundRecord, { kind: Kind; deleted: false }>['content'] | null,
): Reader {
  return {
    read(context, known) {
      const content = read(context)
      return content && ({ kind, ...known, deleted: false, content } as InboundRecord)
    },
    retire: (known) => ({ kind, ...known, deleted: true, content: null }) as InboundRecord,
  }
}

/** A resource type that becomes a care event: the kind is data, all else is the same for each. */
function careEventReader(careEventKind: CareEventKind, read: (context: ResourceContext) => ReadRecall): Reader {
  const of = (known: Known) => ({ kind: 'careEvent', careEventKind, ...known }) as const
  return {
    read(context, known) {
      const content = isCalledOff(context.resource) ? readCalledOff(context, read) : read(context)
      if (content === 'gone') return { ...of(known), deleted: true, content: null }
      if (content === 'unwanted') return { ...of(known), deleted: true, content: null, unwanted: true }
      return content && { ...of(known), deleted: false, content }
    },
    retire: (known) => ({ ...of(known), deleted: true, content: null }),
  }
}

/** What is wrong with a care event that was called off keeps nobody waiting for it: then it is only gone. */
function readCalledOff(
  context: ResourceContext,
  read: (context: ResourceContext) => ReadRecall,
): CareEventContent | 'unwanted' | 'gone' {
  const { resource } = context
  const reasons: InboundReason[] = []
  const content = read({ ...context, resource: new Element(resource.value, resource.path, reasons) })
  resource.takeAsWarnings(reasons)
  return content === null || reasons.some(({ severity }) => severity === 'error') ? 'gone' : content
}

const appointments = careEventReader('appointment', readAppointment)
const proposals = careEventReader('recall', readProposedAppointment)

/** What each resource type becomes: its content, and its tombstone. */
const readers: Record<string, Reader> = {
  Patient: reader('patient', readPatient),
  RelatedPerson: reader('patientContact', readRelatedPerson),
  Location: reader('facility', readLocation),
  Practitioner: reader('provider', readPractitioner),
  PractitionerRole: reader('provider', readPractitionerRole),
  HealthcareService: reader('appointmentType', readHealthcareService),
  Encounter: reader('encounter', readEncounter),
  Appointment: {
    ...appointments,
    read(context, known) {
      if (!asksForAppointment(context)) return appointments.read(context, known)
      return proposals.read(context, { ...known, externalId: proposalId(known.externalId) })
    },
  },
  Procedure: careEventReader('procedure', readProcedure),
  Condition: careEventReader('diagnosis', readCondition),
  ServiceRequest: careEventReader('recall', readServiceRequest),
  CommunicationRequest: careEventReader('recall', readCommunicationRequest),
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
