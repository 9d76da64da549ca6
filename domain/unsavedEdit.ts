import type { ActionDefinition } from './action.ts'
import { changesPlan, sameContent } from './actionEdit.ts'
import { asSaved } from './asSaved.ts'
import type { ActionFacts, OrganizationFacts } from './facts.ts'
import type { Instant } from './instant.ts'
import type { OrganizationSettings } from './organization.ts'

/** An edit that somebody is about to save. Definitions are whole, and carry the text of their template. */
export type UnsavedEdit =
  | { kind: 'create'; definition: ActionDefinition }
  /** One action or, in bulk, many. */
  | { kind: 'edit'; changes: readonly { id: string; definition: ActionDefinition }[] }
  | { kind: 'delete'; id: string }
  | { kind: 'template'; id: string; message: NonNullable<ActionDefinition['message']> }
  /** Settings and rules that change; the whole of each. */
  | { kind: 'organization'; settings: Partial<OrganizationSettings> }

interface Configured {
  organization: OrganizationFacts
  actions: readonly ActionFacts[]
}

/** What plans will read once the edit is saved, and the actions that it concerns: as they were, and as they will be. */
export interface Edited extends Configured {
  concerns: readonly { before: ActionFacts | null; after: ActionFacts | null }[]
}

/** The configuration after an edit saved at `now`. `newActionId` is the id that a new action will have. */
export function afterEdit(current: Configured, edit: UnsavedEdit, newActionId: string, now: Instant): Edited {
  switch (edit.kind) {
    case 'create': {
      const after = asSaved(null, newActionId, edit.definition, now)
      return { ...current, actions: [...current.actions, after], concerns: [{ before: null, after }] }
    }
    case 'edit':
      return withActions(current, (action) => {
        const change = edit.changes.find(({ id }) => id === action.id)
        return change ? asSaved(action, action.id, change.definition, now) : action
      })
    case 'delete': {
      const actions = current.actions.filter(({ id }) => id !== edit.id)
      const gone = current.actions.filter(({ id }) => id === edit.id)
      return { ...current, actions, concerns: gone.map((before) => ({ before, after: null })) }
    }
    case 'template':
      return withActions(current, (action) => {
        const { definition } = action
        if (definition.templateId !== edit.id || sameContent(definition.message, edit.message)) return action
        return { ...action, definition: { ...definition, message: edit.message }, editedAt: now }
      })
    case 'organization': {
      const organization = { ...current.organization, ...edit.settings }
      return {
        ...current,
        organization,
        concerns: current.actions.map((action) => ({ before: action, after: action })),
      }
    }
  }
}

/** Only what a plan hangs on concerns anybody: a title and a group are for people alone. */
function withActions(current: Configured, edited: (action: ActionFacts) => ActionFacts): Edited {
  const pairs = current.actions.map((before) => ({ before, after: edited(before) }))
  const concerns = pairs.filter(
    ({ before, after }) => before.editedAt !== after.editedAt || changesPlan(before.definition, after.definition),
  )
  return { ...current, actions: pairs.map(({ after }) => after), concerns }
}
