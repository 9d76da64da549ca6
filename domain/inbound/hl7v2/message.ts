import type { CareEventKind } from '../../careEvent.ts'
import type { InboundRecord, RecordReference, SourceVersion } from '../normalForm.ts'
import type { InboundReason } from '../reason.ts'
import { readAppointment } from './appointment.ts'
import type { Hl7Context, MessageContext } from './context.ts'
import { readDiagnosis, readProblem } from './diagnosis.ts'
import { type Hl7Header, openMessage } from './header.ts'
import { facilityReference, patientReference, providerReference } from './identifier.ts'
import { type PatientSegments, readPatient } from './patient.ts'
import { readCharge, readProcedure, type SideEvent, type Visit } from './procedure.ts'
import { readRecallSegment, readReferral } from './recall.ts'
import type { Segment } from './segment.ts'
import { sentAt } from './time.ts'

/** One record of a message, or (with at least one error among the reasons) null. */
export interface Hl7Entry {
  /** e.g. `SCH` or `DG1(2)`. */
  segment: string
  record: InboundRecord | null
  reasons: InboundReason[]
}

export interface Hl7Message {
  /** null: it could not be read; then there are no entries. */
  header: Hl7Header | null
  entries: Hl7Entry[]
  /** About the message as a whole. */
  reasons: InboundReason[]
  /** Its type is none that is ever taken: the sender need not send it again. */
  refused: boolean
}

/** What each type of message is read for (Inbound: HL7 v2); a trigger that is not listed is never taken. */
const taken: Record<string, readonly string[]> = {
  SIU: ['S12', 'S13', 'S14', 'S15', 'S16', 'S17', 'S18', 'S19', 'S20', 'S21', 'S22', 'S23', 'S24', 'S26'],
  ADT: ['A01', 'A04', 'A08', 'A18', 'A28', 'A31', 'A34', 'A40', 'A47'],
  DFT: ['P03'],
  REF: ['I12', 'I13', 'I14'],
  PPR: ['PC1', 'PC2', 'PC3'],
}
const merges = new Set(['A18', 'A34', 'A40', 'A47'])

/** HL7 v2 to normal form. Gives records or reasons, and never throws, whatever the text. */
export function parseHl7(text: string, context: Hl7Context): Hl7Message {
  const reasons: InboundReason[] = []
  const opened = openMessage(text, reasons)
  if (opened === null) return { header: null, entries: [], reasons, refused: true }
  const { header, msh, segments } = opened
  const { type, trigger } = header
  if (!taken[type]?.includes(trigger)) {
    const list = Object.entries(taken).map(([name, triggers]) => `${name} ${triggers.join(' ')}`)
    msh.error(9, 'unsupportedResource', `is no message that is taken here: those are ${list.join('; ')}`)
    return { header, entries: [], reasons, refused: true }
  }
  const lastUpdated = sentAt(msh.text(7), context.zoneOf(null), context.now)
  if (lastUpdated === null && msh.text(7) !== null)
    msh.warn(7, 'invalidInstant', 'is no day with a time: the order of arrival counts')
  const version: SourceVersion = { lastUpdated, versionId: null }
  const entries = groupsOf(segments).flatMap((group) =>
    readGroup(group, reasons, { ...context, type, trigger, version }),
  )
  if (entries.length === 0 && reasons.every(({ severity }) => severity !== 'error'))
    msh.error(9, 'missing', 'brings no PID segment: nobody can be told whom it is about')
  return { header, entries, reasons, refused: false }
}

/** The segments around each patient: a merge message may hold several, all others hold one. */
function groupsOf(segments: readonly Segment[]): Segment[][] {
  const before: Segment[] = []
  const groups: Segment[][] = []
  for (const segment of segments) {
    if (segment.name === 'PID') groups.push([segment])
    else (groups.at(-1) ?? before).push(segment)
  }
  return groups.map((group) => [...before, ...group])
}

function readGroup(group: readonly Segment[], reasons: InboundReason[], context: MessageContext): Hl7Entry[] {
  const all = (name: string) => group.filter((segment) => segment.name === name)
  const entries: Hl7Entry[] = []
  // Each record has the reasons of its own segments: one that is wrong does not keep the others out.
  const read = (segment: Segment, make: () => InboundRecord | null) => {
    const from = reasons.length
    const record = make()
    const own = reasons.splice(from)
    const isWrong = own.some(({ severity }) => severity === 'error')
    if (record !== null || own.length > 0)
      entries.push({ segment: segment.path, record: isWrong ? null : record, reasons: own })
  }
  const [pid] = all('PID') as [Segment]
  const patient = patientReference(pid, 3) ?? patientReference(pid, 2)
  if (patient === null) {
    read(pid, () => pid.error(3, 'missing', 'has to say the number of the patient: an identifier of type MR or PI'))
    return entries
  }
  read(pid, () => patientRecord({ pid, contacts: all('NK1'), guarantors: all('GT1') }, patient, all('MRG'), context))
  const visit = visitOf(all, context)
  const [sch] = all('SCH')
  if (sch && context.trigger !== 'S23' && context.trigger !== 'S24')
    read(sch, () => appointmentRecord(sch, all, patient, context))
  const sides: [string, (segment: Segment) => SideEvent | null][] = [
    ['PR1', (segment) => readProcedure(segment, patient, visit, context)],
    ['FT1', (segment) => readCharge(segment, patient, visit, context)],
    ['DG1', (segment) => readDiagnosis(segment, patient, visit, context)],
    ['PRB', (segment) => readProblem(segment, patient, visit, context)],
  ]
  // In other messages a referral only tells how somebody came.
  if (context.type === 'REF' && context.settings.referrals)
    sides.push(['RF1', (segment) => readReferral(segment, all('PRD'), patient, context)])
  const own = context.settings.recallSegment?.name
  if (own !== undefined) sides.push([own, (segment) => readRecallSegment(segment, patient, context)])
  for (const [name, make] of sides)
    for (const segment of all(name)) read(segment, () => careEventRecord(make(segment), context))
  return entries
}

function patientRecord(
  segments: PatientSegments,
  patient: RecordReference,
  mrg: readonly Segment[],
  context: MessageContext,
): InboundRecord {
  const retired = merges.has(context.trigger) ? mrg.flatMap((segment) => patientReference(segment, 1) ?? []) : []
  const replaces = retired.filter(({ externalId }) => externalId !== patient.externalId)
  const content = readPatient(segments, context, replaces)
  const known = {
    kind: 'patient',
    deleted: false,
    externalId: patient.externalId,
    sourceVersion: context.version,
  } as const
  if (context.type === 'ADT') return { ...known, content }
  // What other messages are about is not the patient: many name them by number and name alone, or with a guarantor.
  const contacts = segments.contacts.length === 0 ? [] : content.contacts
  return { ...known, partial: true, content: { ...content, contacts } }
}

function appointmentRecord(
  sch: Segment,
  all: (name: string) => Segment[],
  patient: RecordReference,
  context: MessageContext,
): InboundRecord | null {
  const externalId = sch.text(2) ?? sch.text(1)
  if (externalId === null) return sch.error(2, 'missing', 'has to say the number of the appointment (SCH-2, or SCH-1)')
  if (context.trigger === 'S17') {
    const identity = { externalId, sourceVersion: context.version }
    return { kind: 'careEvent', careEventKind: 'appointment', deleted: true, content: null, ...identity }
  }
  const content = readAppointment({ sch, all }, patient, context)
  return content && careEventRecord({ externalId, content }, context)
}

function careEventRecord(event: SideEvent | null, { version }: MessageContext): InboundRecord | null {
  if (event === null) return null
  const { externalId, content } = event
  const careEventKind: CareEventKind = content.careEventKind
  return { kind: 'careEvent', careEventKind, deleted: false, content, externalId, sourceVersion: version }
}

function visitOf(all: (name: string) => Segment[], { settings }: MessageContext): Visit {
  const [pv1] = all('PV1')
  const by = pv1 ? providerReference(pv1, 7) : null
  return { facility: pv1 ? facilityReference(pv1, 3, settings.facilityFrom) : null, providers: by === null ? [] : [by] }
}
