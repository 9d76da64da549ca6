import { listAudit } from '../../db/queries/audit.ts'
import type { TemplateView } from '../../db/queries/templates.ts'
import { messageFields } from '../editor/messageForm.ts'
import { textFields } from '../editor/textFields.ts'
import { one } from '../formData.ts'
import type { Visit } from '../visit.ts'
import { writtenOut } from '../words/time.ts'
import { type TemplateForm, templateFormOf } from './form.ts'

/** What differs between an edit and what somebody else saved meanwhile. */
export async function templateConflict(visit: Visit, stored: TemplateView, form: TemplateForm) {
  const { items } = await listAudit(visit.tx, { subject: 'template', subjectId: stored.id, limit: 1 })
  const theirs = described(templateFormOf(stored))
  const mine = described(form)
  const names = [...new Set([...theirs.keys(), ...mine.keys()])]
  const when = Date.parse(items[0]?.at ?? stored.editedAt)
  return {
    home: { href: '/templates', label: 'Message templates' },
    title: stored.name,
    action: `/templates/${stored.id}`,
    from: one(visit.form, 'version') || 'unknown',
    to: stored.version,
    by: items[0]?.actor ?? null,
    when: writtenOut(when, visit.organization.timeZone, visit.now),
    changes: names
      .map((name) => ({ name, theirs: theirs.get(name) ?? '', mine: mine.get(name) ?? '' }))
      .filter((change) => change.theirs !== change.mine),
    fields: [
      { name: 'name', value: form.name },
      ...messageFields(form.message),
      { name: 'id', value: stored.id },
      { name: 'version', value: String(stored.version) },
    ],
  }
}

function described({ name, message }: TemplateForm): Map<string, string> {
  const texts = textFields(message).flatMap(({ name, tab, text, hasSubject }): [string, string][] => [
    ...(hasSubject ? [[`${name || tab}: subject`, text.subject] as [string, string]] : []),
    [`${name || tab}: text`, text.body],
  ])
  const phi: [string, string] = ['Contains PHI', message.containsPhi ? 'yes' : 'no']
  return new Map([['Name', name], ...texts, phi])
}
