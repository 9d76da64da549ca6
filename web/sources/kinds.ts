import type { EhrSourceKind, EhrSourceStatus } from '../../db/queries/ehrSources.ts'
import type { StatusMark } from '../words/status.ts'
import type { Section } from './fields.ts'
import { hl7Sections } from './hl7Fields.ts'
import { phoneSection } from './phoneFields.ts'
import { pullSections } from './pullFields.ts'
import { recallSections } from './recallFields.ts'
import { sftpSections } from './sftpFields.ts'

/** In the order in which they are offered. */
export const sourceKinds = ['fhir', 'hl7v2', 'csv'] as const satisfies readonly EhrSourceKind[]

/** What each kind of source is called, and when to choose it. */
export const kindWords: Record<EhrSourceKind, { name: string; sentence: string }> = {
  fhir: { name: 'FHIR R4', sentence: 'the EHR posts resources, Bundles or notifications.' },
  hl7v2: { name: 'HL7 v2', sentence: 'an interface engine sends messages, over HTTPS or MLLP.' },
  csv: { name: 'Files', sentence: 'exports as CSV, uploaded or fetched over SFTP.' },
}

/** The settings that make sense for each kind. */
export const sectionsOf: Record<EhrSourceKind, readonly Section[]> = {
  fhir: [...recallSections, ...pullSections, phoneSection],
  hl7v2: [...hl7Sections, phoneSection],
  csv: [...sftpSections, phoneSection],
}

export const statusMarks: Record<EhrSourceStatus, StatusMark> = {
  active: { word: 'Active', icon: 'on', tone: 'good', meaning: 'What it sends is planned and sent as usual.' },
  loading: { word: 'Loading its history', icon: 'waiting', tone: 'warn', meaning: 'Nothing old is sent for it.' },
  disabled: { word: 'Switched off', icon: 'off', tone: 'calm', meaning: 'What it sends is refused.' },
}

/** What each status means, for whoever chooses one. */
export const statusChoices: readonly { value: EhrSourceStatus; label: string; help: string }[] = [
  {
    value: 'active',
    label: 'Active',
    help: 'What it sends counts at once: messages are planned for it, and go out when they are due.',
  },
  {
    value: 'loading',
    label: 'Loading its history',
    help: 'For the first load of past years. Nothing old is sent for it, and its bookings count as made before, so that nothing that follows a booking goes out. It is taken one message after the other, which leaves room for the others. Set it to active when all has come.',
  },
  {
    value: 'disabled',
    label: 'Switched off',
    help: 'What it sends is refused, and nothing is fetched. What it has sent before stays, and so do the messages that are planned for it.',
  },
]
