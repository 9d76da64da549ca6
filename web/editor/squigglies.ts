import { squiggliesFor, squigglyFilters } from '../../domain/squigglies.ts'
import type { ActionForm } from './form.ts'
import { checkOptionsOf } from './textProblems.ts'

/** What the message may say as it stands: by type, by who reads it, and PHI in secure messages only. */
export function squiggliesModel(form: ActionForm) {
  const { secure, recipientKind } = checkOptionsOf(form)
  const entries = squiggliesFor(form.type)
    .filter(({ secureOnly, recipients }) => (secure || !secureOnly) && recipients.includes(recipientKind))
    .map(({ name, meaning, example }) => ({ name, meaning: meaning.replace(/\.$/, ''), example }))
  return { entries, json: JSON.stringify(entries), filters: squigglyFilters }
}
