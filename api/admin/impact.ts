import * as z from 'zod'
import type { Tx } from '../../db/orm.ts'
import { checkedDefinition } from '../../db/queries/checkedDefinition.ts'
import { checkedTemplate } from '../../db/queries/checkedTemplate.ts'
import { definitionOf, getCustomAction, readCustomAction } from '../../db/queries/customActions.ts'
import { impactDefaults, readImpact } from '../../db/queries/impact.ts'
import { getOrganization, mergedRules } from '../../db/queries/organization.ts'
import { getTemplate } from '../../db/queries/templates.ts'
import { actionDefinitionSchema, messageSchema, ruleNames } from '../../domain/action.ts'
import { withDefaults } from '../../domain/checkDefinition.ts'
import { outcomes } from '../../domain/impact.ts'
import type { UnsavedEdit } from '../../domain/unsavedEdit.ts'
import { checked, isoInstantOrNull } from '../input.ts'
import type { Role } from '../principal.ts'
import { route } from '../route.ts'
import { customActionEdit } from './customActionShapes.ts'
import { checkedEdit } from './definition.ts'
import { organizationEdit } from './organization.ts'
import { judgeAtMost, reasonCode } from './reachShapes.ts'

const id = z.uuid()
const atMost = { judgeAtMost: judgeAtMost.default(impactDefaults.judgeAtMost) }

/** An edit as the call that saves it takes it, with what it is an edit of. */
const unsaved = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), definition: actionDefinitionSchema, ...atMost }),
  z.strictObject({ kind: z.literal('edit'), id, changes: customActionEdit, ...atMost }),
  z.strictObject({ kind: z.literal('delete'), id, ...atMost }),
  z.strictObject({
    kind: z.literal('bulk'),
    ids: z.array(id).min(1, 'name at least one action').max(500),
    status: z.enum(['active', 'inactive']).optional(),
    skippedRules: z.array(z.enum(ruleNames)).max(4).optional(),
    ...atMost,
  }),
  z.strictObject({
    kind: z.literal('template'),
    id,
    message: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Any fields of a message; what is left out stays.' }),
    ...atMost,
  }),
  z.strictObject({ kind: z.literal('organization'), changes: organizationEdit, ...atMost }),
])
type Unsaved = z.output<typeof unsaved>

const sample = z
  .strictObject({
    outcome: z.enum(outcomes),
    careEventId: id,
    patientId: id,
    patientName: z.string().nullable(),
    actionId: id,
    recipient: z.string(),
    before: isoInstantOrNull,
    after: isoInstantOrNull,
    reason: reasonCode.nullable(),
  })
  .meta({ id: 'ImpactSample' })

const told: Record<(typeof outcomes)[number], string> = {
  stay: 'wait for the same time as now',
  move: 'wait for another time',
  added: 'are new, and wait',
  dropped: 'wait now and will not be sent: the action is no longer about them, or nobody can get them',
  goNow: 'go out at once',
  lost: 'wait now and will not be sent: their new time has passed, or the rules leave none',
}
const count = (outcome: keyof typeof told) => z.int().meta({ description: `Messages that ${told[outcome]}` })
const impact = z
  .strictObject({
    stay: count('stay'),
    move: count('move'),
    added: count('added'),
    dropped: count('dropped'),
    goNow: count('goNow'),
    lost: count('lost'),
    samples: z.array(sample),
    judged: z.int().meta({ description: 'Care events planned with the old and the new configuration' }),
    of: z.int().meta({ description: 'Care events that the edit could concern' }),
    exact: z.boolean().meta({ description: 'Whether all were planned; else the counts are shares of a random sample' }),
  })
  .meta({ id: 'Impact' })

export const impactRoutes = [
  route({
    method: 'post',
    path: '/api/custom-actions/impact',
    tag: 'Custom actions',
    role: 'manager',
    summary: 'What an edit that is not saved yet (of actions, a template, or rules) would do to the messages that wait',
    prepare: withTypeDefaults,
    body: unsaved,
    response: impact,
    handle: async ({ tx, body, version, who, deps, now }) => {
      const edit = await checkedUnsaved(tx, body, { version, role: who.role })
      return readImpact(tx, await deps.configuration.read(tx), edit, now, { judgeAtMost: body.judgeAtMost })
    },
  }),
]

function withTypeDefaults(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('definition' in body)) return body
  return { ...body, definition: withDefaults(body.definition) }
}

/** Refused for the same reasons as saving it would be. */
async function checkedUnsaved(
  tx: Tx,
  edit: Unsaved,
  { version, role }: { version: number | null; role: Role },
): Promise<UnsavedEdit> {
  const may = { isAdmin: role === 'admin', saves: false }
  switch (edit.kind) {
    case 'create':
      return { kind: 'create', definition: await checkedDefinition(tx, edit.definition, may) }
    case 'edit': {
      const { definition } = await checkedEdit(tx, edit.id, edit.changes, { version, role, saves: false })
      return { kind: 'edit', changes: [{ id: edit.id, definition }] }
    }
    case 'delete':
      await readCustomAction(tx, edit.id, version)
      return { kind: 'delete', id: edit.id }
    case 'bulk': {
      const changes = []
      for (const each of new Set(edit.ids)) {
        const old = definitionOf(await getCustomAction(tx, each))
        const { status = old.status, skippedRules = old.skippedRules } = edit
        changes.push({ id: each, definition: { ...old, status, skippedRules } })
      }
      return { kind: 'edit', changes }
    }
    case 'template': {
      const before = await getTemplate(tx, edit.id)
      const message = checked(messageSchema, { ...before.message, ...edit.message })
      await checkedTemplate(tx, { name: before.name, message }, before)
      return { kind: 'template', id: edit.id, message }
    }
    case 'organization': {
      const { deliveryRules, ...changes } = edit.changes
      const before = await getOrganization(tx)
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
      return {
        kind: 'organization',
        settings: { ...given, deliveryRules: mergedRules(before.deliveryRules, deliveryRules) },
      }
    }
  }
}
