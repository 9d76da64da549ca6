import { listGroups } from '../../db/queries/actionGroups.ts'
import { listAudit } from '../../db/queries/audit.ts'
import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { describeForm } from './describe.ts'
import { draftDefinition } from './draft.ts'
import { type ActionForm, hiddenFields } from './form.ts'
import { formOf } from './formOf.ts'
import { readResources } from './pickers.ts'
import { readStaffChoices } from './recipients.ts'
import { readTemplateNames } from './templateNames.ts'

/** What differs between an edit and what somebody else saved meanwhile, in the editor's words. */
export async function conflictModel(visit: Visit, stored: CustomActionView, form: ActionForm) {
  const { tx, now, organization } = visit
  const surroundings = {
    groups: await everyPage((page) => listGroups(tx, page)),
    resources: await readResources(tx),
    staff: await readStaffChoices(tx),
    templates: await readTemplateNames(tx),
  }
  const { items } = await listAudit(tx, { subject: 'customAction', subjectId: stored.id, limit: 1 })
  const theirs = describeForm(formOf(definitionOf(stored)), definitionOf(stored), surroundings)
  const mine = describeForm(form, draftDefinition(form, stored), surroundings)
  const names = [...new Set([...theirs.keys(), ...mine.keys()])]
  const when = Date.parse(items[0]?.at ?? stored.editedAt)
  return {
    home: { href: '/actions', label: 'Custom actions' },
    title: stored.title,
    action: `/actions/${stored.id}`,
    from: one(visit.form, 'version') || 'unknown',
    to: stored.version,
    by: items[0]?.actor ?? null,
    when: writtenOut(when, organization.timeZone, now),
    changes: names
      .map((name) => ({ name, theirs: theirs.get(name) ?? '', mine: mine.get(name) ?? '' }))
      .filter((change) => change.theirs !== change.mine),
    fields: [
      ...hiddenFields(form),
      { name: 'id', value: stored.id },
      { name: 'version', value: String(stored.version) },
    ],
  }
}
