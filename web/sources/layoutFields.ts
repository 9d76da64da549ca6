import { careEventStatuses } from '../../domain/careEvent.ts'
import { csvFieldsOf, type RowKind } from '../../domain/inbound/csv/fields.ts'
import type { Field, Section } from './fields.ts'

export const rowWords: Record<RowKind, { one: string; many: string }> = {
  appointment: { one: 'appointment', many: 'Appointments' },
  recall: { one: 'recall', many: 'Recalls' },
  procedure: { one: 'procedure', many: 'Procedures' },
  diagnosis: { one: 'diagnosis', many: 'Diagnoses' },
  patient: { one: 'patient', many: 'Patients' },
}

/** One layout of a source's files, as the fields of its editor. Paths are those of the layout. */
export function layoutSections(rows: RowKind): readonly Section[] {
  return [file, ...mapping(rows), ...(rows === 'patient' ? [] : [statusSection(rows), snapshot])]
}

const file: Section = {
  id: 'file',
  title: 'The file',
  fields: [
    { path: 'name', control: 'text', label: 'Name of this layout', placeholder: 'Appointments', needed: true },
    {
      path: 'files',
      control: 'text',
      label: 'Its files are called',
      emptyIsNull: true,
      placeholder: 'appointments*.csv',
      help: 'An asterisk stands for any letters. Empty: all files that no other layout names.',
    },
    {
      path: 'delimiter',
      control: 'select',
      label: 'Between the cells',
      options: [
        { value: ',', label: 'comma' },
        { value: ';', label: 'semicolon' },
        { value: '\t', label: 'tab' },
        { value: '|', label: 'bar |' },
      ],
      initial: [','],
    },
    {
      path: 'quote',
      control: 'select',
      label: 'Around a cell that holds one',
      options: [
        { value: '"', label: 'quotation marks' },
        { value: "'", label: 'apostrophes' },
        { value: '', label: 'nothing' },
      ],
      initial: ['"'],
    },
    {
      path: 'encoding',
      control: 'select',
      label: 'Letters are written as',
      options: [
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'windows-1252', label: 'Windows-1252' },
        { value: 'utf-16le', label: 'UTF-16' },
      ],
      initial: ['utf-8'],
    },
    {
      path: 'timeFormats',
      control: 'lines',
      label: 'Days and times are written as',
      help: 'One on a line, tried in this order, beside 2026-03-09 and 2026-03-09T09:00. M and d are month and day, H or h hours, mm minutes, a is AM or PM.',
      initial: ['M/d/yyyy h:mm a\nM/d/yyyy H:mm\nM/d/yyyy'],
    },
    {
      path: 'timeZone',
      control: 'text',
      label: 'Time zone of its times',
      emptyIsNull: true,
      placeholder: 'America/New_York',
      help: 'Of times that name no offset. Empty: the facility’s, else the practice’s.',
    },
  ],
}

function mapping(rows: RowKind): Section[] {
  const fields = csvFieldsOf(rows).map(({ name, label, required }) => ({ ...columns(name, label), needed: required }))
  const of = (...prefixes: string[]) => fields.filter(({ label }) => prefixes.some((each) => label.startsWith(each)))
  const [around, patient] = [of('Facility:', 'Provider:', 'Appointment type:'), of('Patient:')]
  const own = fields.filter((field) => !around.includes(field) && !patient.includes(field))
  const groups: [id: string, title: string, fields: Field[]][] = [
    ['record', rows === 'patient' ? 'The row' : `The ${rowWords[rows].one}`, own],
    ['around', 'Where, with whom and what for', around],
    ['patient', 'The patient', patient.map((field) => ({ ...field, label: short(field.label) }))],
  ]
  return groups.flatMap(([id, title, list]) => (list.length === 0 ? [] : [{ id, title, fields: list }]))
}

function columns(name: string, label: string): Field {
  return { path: `fields.${name}`, control: 'columns', label }
}

/** "Patient: first name" → "First name", under a heading that says whose. */
function short(label: string): string {
  const rest = label.slice(label.indexOf(':') + 1).trim()
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

function statusSection(rows: Exclude<RowKind, 'patient'>): Section {
  return {
    id: 'status-words',
    title: 'The EHR’s words for a status',
    fields: [
      {
        path: 'statuses',
        control: 'pairs',
        label: 'Each on a line',
        placeholder: `CXL = ${rows === 'procedure' ? 'notDone' : rows === 'diagnosis' ? 'inactive' : 'cancelled'}`,
        help: `Usual words are known already. Statuses are ${careEventStatuses[rows].join(', ')}.`,
        initial: [''],
      },
    ],
  }
}

const snapshot: Section = {
  id: 'snapshot',
  title: 'Whether the file is all there is',
  help: 'A file that has everything of a stated window of days also tells what was cancelled: what it no longer has. Outside the window nothing is concluded.',
  switch: { path: 'snapshot', label: 'It has everything of these days, and what is missing was cancelled', off: null },
  fields: [
    {
      path: 'snapshot.fromDays',
      control: 'number',
      label: 'From so many days after the file’s own day',
      help: '0 is that day itself, -1 the day before.',
      initial: ['0'],
    },
    { path: 'snapshot.days', control: 'number', label: 'For so many days', initial: ['30'] },
    {
      path: 'snapshot.alarmBelowPercent',
      control: 'number',
      label: 'Stop and ask below this share of the last file (%)',
      help: 'A file that shrank is more often a broken export than a day of cancellations.',
      initial: ['50'],
    },
    {
      path: 'snapshot.facilities',
      control: 'select',
      label: 'What is missing counts',
      options: [
        { value: 'inFile', label: 'for facilities that the file has rows of' },
        { value: 'all', label: 'for all facilities' },
      ],
      initial: ['inFile'],
    },
  ],
}
