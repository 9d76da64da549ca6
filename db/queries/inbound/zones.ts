import type { Zone } from '../../../domain/instant.ts'
import type { Database, Tx } from '../../orm.ts'
import { ZonesChanged } from './zonesChanged.ts'

type ZoneOf = (facilityExternalId: string | null) => Zone

/** The zones that a message of a source is read by. */
interface Zones {
  zoneOf: ZoneOf
  /** As Postgres writes them: the same text says that they are the same. */
  text: string
}

/** The practice's own zone, and those of the source's facilities by their external ids, as text. */
export const zonesSql = (sourceId: string) => `(select jsonb_build_object('own', o.time_zone, 'of', coalesce((
    select jsonb_object_agg(f.external_id, f.time_zone) from facility f
     where f.organization_id = o.id and f.source_id = ${sourceId} and f.external_id is not null and f.time_zone is not null
  ), '{}'))::text from organization o)`

/** The zones of the source's facilities, by their external ids; the practice's own for all others. */
export async function readZones(tx: Tx, sourceId: string): Promise<ZoneOf> {
  return (await read(tx, sourceId)).zoneOf
}

async function read(tx: Tx, sourceId: string): Promise<Zones> {
  const [row] = await tx.query<{ zones: string | null }>(
    `select ${zonesSql('$1::uuid')} as zones`,
    [sourceId],
    'zones of a source',
  )
  if (!row?.zones) throw new Error('the organization of the source is not there')
  const { own, of } = JSON.parse(row.zones) as { own: Zone; of: Record<string, Zone> }
  const zoneOf: ZoneOf = (facility) => (facility !== null && Object.hasOwn(of, facility) ? (of[facility] as Zone) : own)
  return { zoneOf, text: row.zones }
}

/** A source's zones are asked for with every message and hardly ever change. */
const maxKnown = 1000
const knownZones = new WeakMap<Database, Map<string, Zones>>()

/**
 * Runs what reads messages by the zones that were read last, without asking for them again, and once more when it finds
 * that these are others by now: whoever takes a message's locks compares them (`ZonesChanged`).
 */
export async function withZones<T>(
  database: Database,
  sourceId: string,
  work: (zonesIn: (tx: Tx) => Promise<Zones>) => Promise<T>,
): Promise<T> {
  const known = knownZones.get(database) ?? new Map<string, Zones>()
  knownZones.set(database, known)
  for (;;) {
    try {
      return await work(async (tx) => {
        const remembered = known.get(sourceId)
        if (remembered) return remembered
        const zones = await read(tx, sourceId)
        if (known.size >= maxKnown) known.clear()
        known.set(sourceId, zones)
        return zones
      })
    } catch (error) {
      if (!(error instanceof ZonesChanged)) throw error
      known.delete(sourceId)
    }
  }
}
