import type { PullSettings } from '../../domain/inbound/pull/settings.ts'
import {
  credentialsGoTo,
  isFetchedFrom,
  type SourceSettings,
  sourceSettingsSchema,
} from '../../domain/inbound/sourceSettings.ts'
import type { PullError } from '../entities/inbound.ts'
import type { Tx } from '../orm.ts'
import { at, isoOrNull, type Stamp } from './values.ts'

/** How fetching from a source goes. */
export interface PullView {
  /** null: it is switched off. */
  nextAt: string | null
  /** When it was last asked, whatever came of it. */
  lastAt: string | null
  isRunning: boolean
  /** Of the last time; null: it went well. */
  lastError: PullError | null
  /** In a row: each is followed by a longer wait. */
  failures: number
  /** Of a FHIR server. */
  types: PulledTypeView[]
}
export interface PulledTypeView {
  type: string
  /** Its first round is not through: what it brings is history. */
  isFirstRound: boolean
  isUnderWay: boolean
  /** Of the round under way, else of the last one. */
  pages: number
  resources: number
  /** When its last round was through. */
  lastAt: string | null
}

export interface PullRow {
  has_credentials: boolean
  next_pull_at: Stamp | null
  last_pull_at: Stamp | null
  pull_failures: number
  pull_error: PullError | null
  is_pulling: boolean
  pulled_types: {
    type: string
    pages: number
    resources: number
    roundBeganAt: string | null
    firstRoundDoneAt: string | null
    roundDoneAt: string | null
  }[]
}

/** Of `ehr_source`. */
export const pullColumns = `credentials_encrypted is not null as has_credentials, next_pull_at, last_pull_at, pull_failures,
  pull_error, pull_lease is not null as is_pulling,
  (select coalesce(jsonb_agg(jsonb_build_object('type', p.resource_type, 'pages', p.pages, 'resources', p.resources,
     'roundBeganAt', p.round_began_at, 'firstRoundDoneAt', p.first_round_done_at, 'roundDoneAt', p.round_done_at)), '[]')
     from ehr_pull p where p.organization_id = ehr_source.organization_id and p.source_id = ehr_source.id) as pulled_types`

export function pullViewOf(row: PullRow & { status: string }, settings: SourceSettings): PullView {
  const known = new Map(row.pulled_types.map((each) => [each.type, each]))
  return {
    nextAt: row.status === 'disabled' ? null : isoOrNull(row.next_pull_at),
    lastAt: isoOrNull(row.last_pull_at),
    isRunning: row.is_pulling,
    lastError: row.pull_error,
    failures: row.pull_failures,
    types: (settings.pull?.types ?? []).map((type) => {
      const found = known.get(type)
      return {
        type,
        isFirstRound: !found?.firstRoundDoneAt,
        isUnderWay: Boolean(found?.roundBeganAt),
        pages: found?.pages ?? 0,
        resources: found?.resources ?? 0,
        lastAt: isoOrNull(found?.roundDoneAt ?? null),
      }
    }),
  }
}

/**
 * After a source was made or edited: what is to be fetched is due now, what is not is never. Another server, or another
 * first day, begins with its first round again, as does a type that was left out for a while. Another server gets none of
 * the credentials that were given for the one before.
 */
export async function planPull(
  tx: Tx,
  source: { id: string; kind: 'fhir' | 'hl7v2' | 'csv'; settings: unknown },
  settingsBefore: unknown,
  credentialsEncrypted: Buffer | null | undefined,
  now: number,
): Promise<void> {
  const settings = sourceSettingsSchema.parse(source.settings)
  const settingsThen = sourceSettingsSchema.parse(settingsBefore ?? {})
  const before = settingsThen.pull
  const isFetched = isFetchedFrom(source.kind, settings)
  const wentTo = credentialsGoTo(settingsThen)
  const isMoved = wentTo !== null && wentTo !== credentialsGoTo(settings)
  await tx.query(
    `update ehr_source set credentials_encrypted = case when $2 then $3 else credentials_encrypted end,
       next_pull_at = case when $4 then $5::timestamptz end, pull_failures = 0, pull_error = null where id = $1`,
    [source.id, isMoved || credentialsEncrypted !== undefined, credentialsEncrypted ?? null, isFetched, at(now)],
  )
  const kept = settings.pull !== null && before !== null && isSameFeed(settings.pull, before) ? settings.pull.types : []
  await tx.query('delete from ehr_pull where source_id = $1 and resource_type <> all($2::text[])', [source.id, kept])
}

function isSameFeed(a: PullSettings, b: PullSettings): boolean {
  return a.baseUrl === b.baseUrl && a.startDate === b.startDate
}
