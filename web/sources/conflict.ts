import { listAudit } from '../../db/queries/audit.ts'
import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import type { CsvLayout } from '../../domain/inbound/csv/settings.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { fieldsOf, type Section, type Values } from './fields.ts'
import { type SourceForm, sourceFormOf } from './form.ts'
import { sectionsOf, statusChoices } from './kinds.ts'
import { layoutSections } from './layoutFields.ts'
import { type LayoutForm, layoutFormOf } from './layoutForm.ts'
import { layoutPath } from './layoutModel.ts'
import { describeValues } from './sections.ts'
import { isSecret } from './values.ts'

type Described = [name: string, said: string][]
interface Two {
  title: string
  action: string
  theirs: Described
  mine: Described
  fields: { name: string; value: string }[]
}

/** What differs between an edit of a source and what somebody else saved meanwhile. */
export function sourceConflict(visit: Visit, stored: EhrSourceView, form: SourceForm) {
  const sections = sectionsOf[stored.kind]
  const described = ({ name, status, values }: SourceForm): Described => {
    const word = statusChoices.find(({ value }) => value === status)?.label ?? status
    return [['Name', name], ['Status', word], ...describeValues(sections, values)]
  }
  return conflictModel(visit, stored, {
    title: stored.name,
    action: `/settings/connections/sources/${stored.id}`,
    theirs: described(sourceFormOf(stored)),
    mine: described(form),
    fields: [
      { name: 'name', value: form.name },
      { name: 'status', value: form.status },
      ...hidden(sections, form.values),
    ],
  })
}

/** The same for a layout of its files. */
export function layoutConflict(visit: Visit, source: EhrSourceView, stored: CsvLayout | null, form: LayoutForm) {
  const sections = layoutSections(form.rows)
  return conflictModel(visit, source, {
    title: stored?.name ?? source.name,
    action: layoutPath(source.id, stored?.name ?? null),
    theirs: stored === null ? [] : describeValues(sections, layoutFormOf(stored).values),
    mine: describeValues(sections, form.values),
    fields: [{ name: 'rows', value: form.rows }, ...hidden(sections, form.values)],
  })
}

/** All but secrets: whoever goes on types them again. */
function hidden(sections: readonly Section[], values: Values): Two['fields'] {
  return fieldsOf(sections)
    .filter((field) => !isSecret(field))
    .flatMap(({ path: name }) => (values[name] ?? []).map((value) => ({ name, value })))
}

async function conflictModel(visit: Visit, source: EhrSourceView, { title, action, fields, ...two }: Two) {
  const { items } = await listAudit(visit.tx, { subject: 'ehrSource', subjectId: source.id, limit: 1 })
  const [theirs, mine] = [new Map(two.theirs), new Map(two.mine)]
  return {
    home: { href: '/settings/connections', label: 'EHR and API' },
    title,
    action,
    from: one(visit.form, 'version') || 'unknown',
    to: source.version,
    by: items[0]?.actor ?? null,
    when: writtenOut(Date.parse(items[0]?.at ?? source.createdAt), visit.organization.timeZone, visit.now),
    changes: [...new Set([...theirs.keys(), ...mine.keys()])]
      .map((name) => ({ name, theirs: theirs.get(name) ?? '', mine: mine.get(name) ?? '' }))
      .filter((change) => change.theirs !== change.mine),
    fields: [...fields, { name: 'version', value: String(source.version) }],
  }
}
