import type { ActionDefinition } from '../../domain/action.ts'
import type { ActionFacts, ClosureFacts, OrganizationFacts, StaffFacts } from '../../domain/facts.ts'
import type { OrganizationSettings } from '../../domain/organization.ts'
import type { Tx } from '../orm.ts'
import { contactPointJson, isInPeriod, latestConsents } from './factsSql.ts'
import { signInUserOf } from './staffSignIn.ts'

/** What all plans of an organization have in common; the same object as long as its revision is the same. */
export interface Configuration {
  revision: number
  organization: OrganizationFacts
  /** Those that were not deleted, inactive ones included. */
  actions: ActionFacts[]
}

export interface ConfigurationCache {
  /**
   * The current configuration, as of this transaction: one short statement when nothing has changed, none when its
   * revision is known from one just read with something else.
   */
  read(tx: Tx, knownRevision?: number): Promise<Configuration>
}

/** Keeps the configuration of the organizations last used; several processes stay right through the revision. */
export function createConfigurationCache(capacity = 200): ConfigurationCache {
  const kept = new Map<string, Configuration>()
  return {
    async read(tx, knownRevision) {
      const revision = knownRevision ?? (await readRevision(tx))
      let configuration = kept.get(tx.organizationId)
      if (configuration?.revision !== revision) configuration = await readAt(tx, revision)
      kept.delete(tx.organizationId)
      kept.set(tx.organizationId, configuration)
      const [oldest] = kept.keys()
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest)
      return configuration
    },
  }
}

/** Reads the configuration whatever is cached. */
export async function readConfiguration(tx: Tx): Promise<Configuration> {
  return readAt(tx, await readRevision(tx))
}

/**
 * Edits of one organization's actions, templates, staff and settings take turns, whichever rows each of them locks
 * afterwards: taken first, they can't stand in a ring. Whoever looks things up for an edit sees them as they stay until
 * it is stored. Foreign keys may still be checked. Held until the transaction ends.
 */
export async function takeConfigurationTurn(tx: Tx): Promise<void> {
  await tx.query(
    'select 1 from organization where id = $1 for no key update',
    [tx.organizationId],
    'configuration turn',
  )
}

/** To be called by every edit of actions, templates, rules, settings, staff or closures, in its own transaction. */
export async function touchConfiguration(tx: Tx): Promise<void> {
  await tx.query(
    'update organization set config_revision = config_revision + 1 where id = $1',
    [tx.organizationId],
    'touch configuration',
  )
}

async function readRevision(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ revision: number }>(
    'select config_revision as revision from organization where id = $1',
    [tx.organizationId],
    'configuration revision',
  )
  if (row === undefined) throw new Error('the organization does not exist')
  return row.revision
}

// The revision is read before the rest: an edit in between makes the content newer than its number, and is read again.
async function readAt(tx: Tx, revision: number): Promise<Configuration> {
  const today = new Date(tx.now).toISOString().slice(0, 10)
  const [row] = await tx.query<OrganizationSettings & { id: string; closures: ClosureFacts[]; staff: StaffFacts[] }>(
    organizationSql,
    [tx.organizationId, today],
    'organization facts',
  )
  if (row === undefined) throw new Error('the organization does not exist')
  return { revision, organization: row, actions: await readActions(tx) }
}

interface ActionRow {
  id: string
  version: number
  definition: ActionDefinition
  editedAt: Date
  activatedAt: Date | null
  templateMessage: ActionDefinition['message']
  templateEditedAt: Date | null
}

/** The message of a template counts as the action's own, and so does a change of it. */
async function readActions(tx: Tx): Promise<ActionFacts[]> {
  const rows = await tx.query<ActionRow>(
    `select a.id, a.version, a.definition, a.edited_at as "editedAt", a.activated_at as "activatedAt",
       m.message as "templateMessage", m.edited_at as "templateEditedAt"
     from custom_action a
     left join message_template m on m.organization_id = a.organization_id and m.id = a.template_id and m.deleted_at is null
     where a.organization_id = $1 and a.deleted_at is null order by a.id`,
    [tx.organizationId],
    'actions',
  )
  return rows.map(({ id, version, definition, editedAt, activatedAt, templateMessage, templateEditedAt }) => ({
    id,
    version,
    definition: definition.templateId === null ? definition : { ...definition, message: templateMessage },
    editedAt: Math.max(editedAt.getTime(), templateEditedAt?.getTime() ?? 0),
    activatedAt: activatedAt?.getTime() ?? null,
    deleted: false,
  }))
}

const organizationSql = `
select o.id, o.name, o.phone, o.time_zone as "timeZone", o.state, o.booking_url as "bookingUrl",
  o.default_send_time as "defaultSendTime", o.paused,
  o.enabled_action_types as "enabledActionTypes", o.enabled_resource_kinds as "enabledResourceKinds",
  o.enable_new_resources as "enableNewResources", o.require_opt_in as "requireOptIn", o.minor_review as "minorReview",
  o.session_idle_minutes as "sessionIdleMinutes", o.delivery_rules as "deliveryRules",
  (select coalesce(jsonb_agg(jsonb_build_object('facilityId', l.facility_id, 'from', l.from_date, 'to', l.to_date, 'name', l.name)
      order by l.from_date, l.id), '[]')
    from closure l where l.organization_id = $1) as closures,
  (select coalesce(jsonb_agg(jsonb_build_object('key', m.id, 'kind', 'staff', 'roles', to_jsonb(m.roles),
      'facilityIds', to_jsonb(m.facility_ids), 'active', m.active, 'signsIn', exists (${signInUserOf('m')}), 'zone', m.time_zone, 'addressState', null,
      'language', m.language, 'ownHours', m.own_hours, 'contactPoints',
      (select coalesce(jsonb_agg(jsonb_build_object(${contactPointJson}) order by c.rank, c.id), '[]')
        from contact_point c where c.organization_id = $1 and c.staff_member_id = m.id and ${isInPeriod('$2::date')}),
      'consents', ${latestConsents('array(select c.address from contact_point c where c.organization_id = $1 and c.staff_member_id = m.id)')})
      order by m.id), '[]')
    from staff_member m where m.organization_id = $1 and m.deleted_at is null) as staff
from organization o where o.id = $1`
