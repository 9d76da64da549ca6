import { listGroups } from '../../db/queries/actionGroups.ts'
import { listAudit } from '../../db/queries/audit.ts'
import { type CustomActionView, definitionOf } from '../../db/queries/customActions.ts'
import type { ActionDefinition } from '../../domain/action.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { ruleWords } from '../words/rules.ts'
import { writtenOut } from '../words/time.ts'
import { timingSentence } from '../words/timing.ts'
import { draftDefinition } from './draft.ts'
import { type ActionForm, formOf, hiddenFields } from './form.ts'
import { pickers, readResources } from './pickers.ts'

/** What differs between an edit and what somebody else saved meanwhile, in the editor's words. */
export async function conflictModel(visit: Visit, stored: CustomActionView, form: ActionForm) {
  const { tx, now, organization } = visit
  const groups = await everyPage((page) => listGroups(tx, page))
  const resources = await readResources(tx)
  const { items } = await listAudit(tx, { subject: 'customAction', subjectId: stored.id, limit: 1 })
  const describe = (fields: ActionForm, definition: ActionDefinition | null): [name: string, text: string][] => [
    ['Title', fields.title],
    ['Group', groups.find(({ id }) => id === fields.groupId)?.name ?? 'No group'],
    ['When', definition ? timingSentence(definition.timing) : `${fields.offset} ${fields.unit} ${fields.direction}`],
    ...pickers(fields, resources, {}).map(({ label, chosen }): [string, string] => [label, chosen]),
    ['Message', fields.body],
    ['Channel', fields.channel === 'sms' ? 'SMS' : 'as the patient prefers'],
    [
      'Skipped rules',
      fields.skippedRules.map((rule) => ruleWords[rule as keyof typeof ruleWords]).join(', ') || 'none',
    ],
    ['If blocked', fields.ifBlocked === 'skip' ? 'skip' : 'send earlier'],
    ['If moved', fields.ifMoved === 'once' ? 'send once' : 'send again'],
    ['Latest', `${fields.maxLatenessMinutes} minutes`],
    ['Booked too late', `${fields.acceptLateDays || '0'} days`],
  ]
  const theirs = describe(formOf(definitionOf(stored)), definitionOf(stored))
  const mine = describe(form, draftDefinition(form, stored))
  const when = Date.parse(items[0]?.at ?? stored.editedAt)
  return {
    title: stored.title,
    action: `/actions/${stored.id}`,
    from: one(visit.form, 'version') || 'unknown',
    to: stored.version,
    by: items[0]?.actor ?? null,
    when: writtenOut(when, organization.timeZone, now),
    changes: theirs
      .map(([name, text], index) => ({ name, theirs: text, mine: mine[index]?.[1] ?? '' }))
      .filter((change) => change.theirs !== change.mine),
    fields: [
      ...hiddenFields(form),
      { name: 'id', value: stored.id },
      { name: 'version', value: String(stored.version) },
    ],
  }
}
