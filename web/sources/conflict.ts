import { listAudit } from '../../db/queries/audit.ts'
import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { type SourceForm, sourceFormOf } from './form.ts'
import { sectionsOf, statusChoices } from './kinds.ts'
import { describeValues } from './sections.ts'

/** What differs between an edit of a source and what somebody else saved meanwhile. */
export async function sourceConflict(visit: Visit, stored: EhrSourceView, form: SourceForm) {
  const { items } = await listAudit(visit.tx, { subject: 'ehrSource', subjectId: stored.id, limit: 1 })
  const theirs = described(stored, sourceFormOf(stored))
  const mine = described(stored, form)
  return {
    home: { href: '/settings/connections', label: 'EHR and API' },
    title: stored.name,
    action: `/settings/connections/sources/${stored.id}`,
    from: one(visit.form, 'version') || 'unknown',
    to: stored.version,
    by: items[0]?.actor ?? null,
    when: writtenOut(Date.parse(items[0]?.at ?? stored.createdAt), visit.organization.timeZone, visit.now),
    changes: [...new Set([...theirs.keys(), ...mine.keys()])]
      .map((name) => ({ name, theirs: theirs.get(name) ?? '', mine: mine.get(name) ?? '' }))
      .filter((change) => change.theirs !== change.mine),
    fields: [
      { name: 'name', value: form.name },
      { name: 'status', value: form.status },
      ...Object.entries(form.values).flatMap(([name, typed]) => typed.map((value) => ({ name, value }))),
      { name: 'version', value: String(stored.version) },
    ],
  }
}

function described({ kind }: EhrSourceView, { name, status, values }: SourceForm): Map<string, string> {
  const word = statusChoices.find(({ value }) => value === status)?.label ?? status
  return new Map([['Name', name], ['Status', word], ...describeValues(sectionsOf[kind], values)])
}
