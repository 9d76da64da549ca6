import { actionTypes, typeTraits } from '../../domain/action.ts'
import type { CareEventKind } from '../../domain/careEvent.ts'
import { type DeliveryRules, deliveryRulesSchema, type OrganizationSettings } from '../../domain/organization.ts'
import { notFound, Problem } from '../../domain/problem.ts'
import type { Tx } from '../orm.ts'
import { type By, recordAudit } from './audit.ts'
import { touchConfiguration } from './facts.ts'
import { beginReplanning } from './replanning.ts'
import { touchAllCareEvents, touchCareEventsOfKinds } from './touches.ts'
import { at } from './values.ts'

/** The practice's settings, as the contract shows them. */
export interface OrganizationView extends OrganizationSettings {
  id: string
  version: number
}

const columns = `id, version, name, phone, time_zone as "timeZone", state, booking_url as "bookingUrl",
  default_send_time as "defaultSendTime", paused, enabled_action_types as "enabledActionTypes", enabled_resource_kinds as "enabledResourceKinds",
  enable_new_resources as "enableNewResources", require_opt_in as "requireOptIn", minor_review as "minorReview",
  session_idle_minutes as "sessionIdleMinutes", raw_retention_days as "rawRetentionDays",
  quarantine_retention_days as "quarantineRetentionDays", delivery_rules as "deliveryRules"`

const settable: Record<keyof OrganizationSettings, string> = {
  name: 'name',
  phone: 'phone',
  timeZone: 'time_zone',
  state: 'state',
  bookingUrl: 'booking_url',
  defaultSendTime: 'default_send_time',
  paused: 'paused',
  enabledActionTypes: 'enabled_action_types',
  enabledResourceKinds: 'enabled_resource_kinds',
  enableNewResources: 'enable_new_resources',
  requireOptIn: 'require_opt_in',
  minorReview: 'minor_review',
  sessionIdleMinutes: 'session_idle_minutes',
  rawRetentionDays: 'raw_retention_days',
  quarantineRetentionDays: 'quarantine_retention_days',
  deliveryRules: 'delivery_rules',
}

/** What no plan hangs on: texts are rendered when they are sent. */
const besidePlans: readonly string[] = [
  'name',
  'phone',
  'bookingUrl',
  'sessionIdleMinutes',
  'enableNewResources',
  'rawRetentionDays',
  'quarantineRetentionDays',
]

/** The organization of the transaction. */
export async function getOrganization(tx: Tx): Promise<OrganizationView> {
  const [row] = await tx.query<OrganizationView>(`select ${columns} from organization`, [])
  if (!row) throw notFound('organization')
  return { ...row }
}

function switchedKinds(before: OrganizationSettings, after: OrganizationSettings): CareEventKind[] {
  const switched = actionTypes.filter(
    (type) => before.enabledActionTypes.includes(type) !== after.enabledActionTypes.includes(type),
  )
  return [...new Set(switched.map((type) => typeTraits[type].careEventKind))]
}

type RulesEdit = {
  [R in keyof DeliveryRules]?: { [K in keyof DeliveryRules[R]]?: DeliveryRules[R][K] | undefined } | undefined
}
export type OrganizationEdit = {
  [K in keyof Omit<OrganizationSettings, 'deliveryRules'>]?: OrganizationSettings[K] | undefined
} & { deliveryRules?: RulesEdit | undefined }

/** Of a rule, what the edit leaves out stays as it is. */
export function mergedRules(rules: DeliveryRules, edit: RulesEdit | undefined): DeliveryRules {
  const merged = Object.entries(rules).map(([name, rule]) => {
    const given = Object.entries(edit?.[name as keyof DeliveryRules] ?? {}).filter(([, value]) => value !== undefined)
    return [name, { ...rule, ...Object.fromEntries(given) }]
  })
  return deliveryRulesSchema.parse(Object.fromEntries(merged))
}

/**
 * Stores checked settings; every care event that may still send is planned anew. Throws `stale` when `version` is not
 * the current one (null: whichever it is).
 */
export async function updateOrganization(
  tx: Tx,
  changes: OrganizationEdit,
  version: number | null,
  by: By,
): Promise<OrganizationView> {
  await tx.query('select id from organization for no key update', [])
  const before = await getOrganization(tx)
  if (version !== null && version !== before.version)
    throw new Problem(
      'stale',
      `The settings are at version ${before.version}, your edit was made from ${version}: read them again and redo the edit.`,
    )
  const edit = { ...changes, deliveryRules: mergedRules(before.deliveryRules, changes.deliveryRules) }
  // The database keeps the fields of the rules in an order of its own.
  const stored = { ...before, deliveryRules: mergedRules(before.deliveryRules, undefined) }
  const names = (Object.keys(settable) as (keyof OrganizationSettings)[]).filter(
    (name) => edit[name] !== undefined && JSON.stringify(edit[name]) !== JSON.stringify(stored[name]),
  )
  if (names.length === 0) return before
  const sets = names.map(
    (name, index) => `${settable[name]} = $${index + 3}${name === 'deliveryRules' ? '::jsonb' : ''}`,
  )
  await tx.query(`update organization set ${sets.join(', ')}, version = version + 1, updated_at = $2 where id = $1`, [
    before.id,
    at(by.now),
    ...names.map((name) => (name === 'deliveryRules' ? JSON.stringify(edit[name]) : edit[name])),
  ])
  const after = await getOrganization(tx)
  await touchConfiguration(tx)
  const planned = names.filter((name) => !besidePlans.includes(name))
  // A type that is switched on or off concerns the care events of its kind alone.
  if (planned.length === 1 && planned[0] === 'enabledActionTypes')
    await touchCareEventsOfKinds(tx, switchedKinds(before, after), by.now)
  else if (planned.length > 0) await touchAllCareEvents(tx, by.now)
  if (planned.length > 0) await beginReplanning(tx, 'organization', before.id)
  await recordAudit(tx, by, { action: 'edited', subject: 'organization', subjectId: before.id, before, after })
  return after
}
