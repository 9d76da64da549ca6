import { type SourceSettings, sourceSettingsSchema } from '../../../domain/inbound/sourceSettings.ts'
import type { Encryption } from '../../encryption.ts'
import type { Database, Tx } from '../../orm.ts'
import { at } from '../values.ts'

/** An EHR that posts, as the feed needs it. */
export interface InboundSource {
  id: string
  organizationId: string
  kind: 'fhir' | 'hl7v2' | 'csv'
  status: 'active' | 'loading' | 'disabled'
  version: number
  settings: SourceSettings
}

/** The source with its secret in plain text, or null when there is none of that id. */
export async function findInboundSource(
  database: Database,
  encryption: Encryption,
  id: string,
): Promise<(InboundSource & { secret: string }) | null> {
  const found = await database.lookup.source(id)
  if (found === null) return null
  const [row] = await database.inOrganization(found.organizationId, (tx) =>
    tx.query<Pick<InboundSource, 'kind' | 'status' | 'version'> & { secret_encrypted: Buffer; settings: unknown }>(
      'select kind, status, version, settings, secret_encrypted from ehr_source where id = $1',
      [found.id],
      'inboundSource',
    ),
  )
  if (row === undefined) return null
  const { secret_encrypted, settings, ...rest } = row
  return {
    ...found,
    ...rest,
    settings: sourceSettingsSchema.parse(settings),
    secret: encryption.decrypt(secret_encrypted),
  }
}

/** What we prove ourselves with where we fetch, in plain; null: nothing was given. */
export async function readCredentials(tx: Tx, encryption: Encryption, id: string): Promise<string | null> {
  const [row] = await tx.query<{ stored: Buffer | null }>(
    'select credentials_encrypted as stored from ehr_source where id = $1',
    [id],
  )
  return row?.stored ? encryption.decrypt(row.stored) : null
}

/** A post in the name of a source that could not prove to be it: counted by the practice's day, nothing of it is kept. */
export async function countRejectedPost(
  database: Database,
  source: InboundSource,
  reason: string,
  now: number,
): Promise<void> {
  await database.inOrganization(source.organizationId, (tx) =>
    tx.query(
      `insert into rejected_post (organization_id, source_id, reason, day, count)
       select o.id, $2, $3, ($4::timestamptz at time zone o.time_zone)::date, 1 from organization o where o.id = $1
       on conflict (organization_id, source_id, reason, day) do update set count = rejected_post.count + 1`,
      [source.organizationId, source.id, reason, at(now)],
    ),
  )
}
