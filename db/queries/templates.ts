import type { ActionDefinition, ActionType } from '../../domain/action.ts'
import { sameContent } from '../../domain/actionEdit.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import { newId } from '../newId.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { takeConfigurationTurn } from './facts.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import { countEditOfUsers, type TemplateUser } from './templateUsers.ts'
import { at, iso, type Stamp } from './values.ts'

export type TemplateMessage = NonNullable<ActionDefinition['message']>

/** What an admin writes of a message template. */
export interface TemplateContent {
  name: string
  message: TemplateMessage
}
/** A message template as the contract shows it. */
export interface TemplateView extends TemplateContent {
  id: string
  version: number
  createdAt: string
  /** The last change of the text, which counts as an edit of every action that uses it. */
  editedAt: string
  /** The actions that send it, by title. */
  usedBy: { id: string; title: string; type: ActionType; status: 'active' | 'inactive' }[]
}
interface Row {
  id: string
  version: number
  name: string
  message: TemplateMessage
  created_at: Stamp
  edited_at: Stamp
  used_by: TemplateView['usedBy']
}

const select = `
  select t.id, t.version, t.name, t.message, t.created_at, t.edited_at,
    (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'title', a.title, 'type', a.type, 'status', a.status)
        order by lower(a.title), a.id), '[]')
      from custom_action a where a.organization_id = t.organization_id and a.template_id = t.id and a.deleted_at is null) as used_by
  from message_template t`

function viewOf({ id, version, name, message, created_at, edited_at, used_by }: Row): TemplateView {
  return { id, version, name, message, createdAt: iso(created_at), editedAt: iso(edited_at), usedBy: used_by }
}

/** By name; `q` is looked for in it. */
export async function listTemplates(
  tx: Tx,
  filter: PageRequest & { q?: string | undefined },
): Promise<Page<TemplateView>> {
  const after = decodeCursor(filter.cursor, ['text', 'id'])
  const rows = await tx.query<Row & { sort_key: string }>(
    `select l.*, lower(l.name) collate "C" as sort_key from (${select} where t.deleted_at is null) l
      where ($1::text is null or position(lower($1) in lower(l.name)) > 0)
        and ($2::text is null or (lower(l.name) collate "C", l.id) > ($2 collate "C", $3::uuid))
      order by lower(l.name) collate "C", l.id limit $4`,
    [filter.q || null, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, viewOf, (row) => [row.sort_key, row.id])
}

/** Throws `notFound`, for deleted ones too. */
export async function getTemplate(tx: Tx, id: string): Promise<TemplateView> {
  const [row] = await tx.query<Row>(`${select} where t.id = $1 and t.deleted_at is null`, [id])
  if (!row) throw notFound('message template')
  return viewOf(row)
}

/**
 * The template, locked until the transaction ends: of two edits made from one version exactly one wins, and no action
 * can start to use it meanwhile. Throws `notFound`, and `stale` when `version` is not the current one (null: whichever).
 */
export async function lockTemplate(tx: Tx, id: string, version: number | null): Promise<TemplateView> {
  await takeConfigurationTurn(tx)
  await tx.query('select id from message_template where id = $1 for update', [id])
  const template = await getTemplate(tx, id)
  if (version !== null && version !== template.version)
    throw new Problem(
      'stale',
      `The template is at version ${template.version}, your edit was made from ${version}: read it again and redo the edit.`,
    )
  return template
}

/** Stores a checked template. Nothing is planned: no action can use it yet. */
export async function createTemplate(tx: Tx, { name, message }: TemplateContent, by: By): Promise<TemplateView> {
  const id = newId()
  await tx.query(
    `insert into message_template (organization_id, id, name, message, edited_at, version, created_at, updated_at)
     values ($1, $2, $3, $4::jsonb, $5, 1, $5, $5)`,
    [tx.organizationId, id, name, JSON.stringify(message), at(by.now)],
  )
  await recordAudit(tx, by, { action: 'created', subject: 'template', subjectId: id, after: { name, message } })
  return getTemplate(tx, id)
}

/**
 * Stores a checked edit of a template locked before. A change of the text is one of every action that uses it: their
 * versions, the recentEdit rule and what waits follow in the same transaction; a new name is for people alone.
 */
export async function editTemplate(
  tx: Tx,
  before: TemplateView,
  after: TemplateContent,
  by: By,
): Promise<TemplateView> {
  const { name, message } = after
  const isNewText = !sameContent(before.message, message)
  if (!isNewText && before.name === name) return before
  await tx.query(
    `update message_template set name = $2, message = $3::jsonb, version = version + 1, updated_at = $4,
            edited_at = case when $5 then $4 else edited_at end
      where id = $1`,
    [before.id, name, JSON.stringify(message), at(by.now), isNewText],
  )
  const old = { name: before.name, message: before.message }
  await recordAudit(tx, by, {
    action: 'edited',
    subject: 'template',
    subjectId: before.id,
    before: old,
    after: { name, message },
  })
  if (isNewText) await countEditOfUsers(tx, before.id, by)
  return getTemplate(tx, before.id)
}

/** The row stays, for the ledger. Throws `conflict`, naming the actions, while one uses it. */
export async function deleteTemplate(tx: Tx, id: string, version: number | null, by: By): Promise<TemplateView> {
  const before = await lockTemplate(tx, id, version)
  if (before.usedBy.length > 0) throw inUse(before.usedBy)
  await tx.query('update message_template set deleted_at = $2, updated_at = $2, version = version + 1 where id = $1', [
    id,
    at(by.now),
  ])
  const old = { name: before.name, message: before.message }
  await recordAudit(tx, by, { action: 'deleted', subject: 'template', subjectId: id, before: old })
  return before
}

function inUse(users: readonly Pick<TemplateUser, 'title'>[]): Problem {
  const named = users.slice(0, 5).map(({ title }) => `“${title}”`)
  const more = users.length > named.length ? ` and ${users.length - named.length} more` : ''
  const them = users.length === 1 ? 'that action' : 'those actions'
  const message = `The template is used by ${named.join(', ')}${more}: give ${them} another template or delete ${them} first.`
  return new Problem('conflict', message, [{ path: 'usedBy', message }])
}

/** Takes a deletion back; one that is not deleted stays untouched. Throws `notFound`. */
export async function undeleteTemplate(tx: Tx, id: string, by: By): Promise<TemplateView> {
  const [revived] = await tx.query(
    `update message_template set deleted_at = null, updated_at = $2, version = version + 1
      where id = $1 and deleted_at is not null returning id`,
    [id, at(by.now)],
  )
  const template = await getTemplate(tx, id)
  const { name, message } = template
  if (revived)
    await recordAudit(tx, by, { action: 'undeleted', subject: 'template', subjectId: id, after: { name, message } })
  return template
}

/** A definition with the text that it sends: its own, or its template's (null when that is not there). */
export async function withTemplateText<T extends Pick<ActionDefinition, 'message' | 'templateId'>>(
  tx: Tx,
  definition: T,
): Promise<T> {
  if (definition.templateId === null) return definition
  const [row] = await tx.query<{ message: TemplateMessage }>(
    'select message from message_template where id = $1 and deleted_at is null',
    [definition.templateId],
  )
  return { ...definition, message: row?.message ?? null }
}
