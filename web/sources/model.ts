import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { rowKinds } from '../../domain/inbound/csv/fields.ts'
import type { FieldError } from '../../domain/problem.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { waysIn } from './connect.ts'
import type { Tested } from './connectionTest.ts'
import { fetchingModel } from './fetching.ts'
import type { SourceForm } from './form.ts'
import { kindWords, sectionsOf, statusChoices, statusMarks } from './kinds.ts'
import { rowWords } from './layoutFields.ts'
import { layoutRow } from './layoutModel.ts'
import { fieldProblems, idOfPath, ownFields } from './problems.ts'
import { sectionModels } from './sections.ts'
import type { Trial } from './tryIt.ts'

/** A key or secret, shown this once: it is kept only as a hash, or encrypted. */
export interface Secret {
  title: string
  lines: { name: string; value: string }[]
}

/** What a page of a source shows besides what is stored. */
export interface SourceState {
  form: SourceForm
  errors: readonly FieldError[]
  /** The form is not what is stored. */
  changed: boolean
  secret: Secret | null
  /** What was pasted to be tried, and what it would become. */
  sample: string
  trial: Trial | null
  tested: Tested | null
}

const samples = {
  fhir: 'A resource or a Bundle, as the EHR would post it.',
  hl7v2: 'A message or a batch. Line ends may be of any kind.',
  csv: '',
} as const

/** Everything on the page of one source. */
export function sourceModel({ organization, deps, now }: Visit, source: EhrSourceView, state: SourceState) {
  const { form, errors, changed, secret, sample, trial, tested } = state
  const sections = sectionsOf[source.kind]
  const problems = fieldProblems(sections, errors, ownFields)
  const errorOf = (path: string) => problems.find((problem) => problem.path === path)?.message ?? null
  const { lastMessageAt: last } = source
  return {
    id: source.id,
    version: source.version,
    href: `/settings/connections/sources/${source.id}`,
    heading: source.name,
    kind: kindWords[source.kind].name,
    mark: statusMarks[source.status],
    last: last === null ? null : writtenOut(Date.parse(last), organization.timeZone, now),
    hasSent: last !== null,
    secret,
    ways: waysIn(source, deps),
    unsaved: changed ? 'changed' : 'same',
    savedState: changed ? 'Changes not saved yet' : '',
    name: form.name,
    statuses: statusChoices.map((choice) => ({ ...choice, chosen: choice.value === form.status })),
    sections: sectionModels(sections, form.values, problems),
    errors: { name: errorOf('name'), status: errorOf('status') },
    problems: problems.map(({ path, label, message }) => ({
      message: `${label}: ${message}`,
      href: `#${idOfPath(path)}`,
    })),
    tryIt: source.kind === 'csv' ? null : { help: samples[source.kind], sample },
    trial,
    tested,
    fetching: fetchingModel(source, organization.timeZone, now),
    silentSince: source.silentSince && writtenOut(Date.parse(source.silentSince), organization.timeZone, now),
    hasCredentials: source.hasCredentials,
    layouts: source.kind === 'csv' ? source.settings.csv.layouts.map((each) => layoutRow(source.id, each)) : null,
    rowKinds: rowKinds.map((value) => ({
      value,
      label: `${value === 'appointment' ? 'an' : 'a'} ${rowWords[value].one}`,
    })),
  }
}
