import { maxWantedAttempts, noteWantedFailure, readWanted, wantNoMore } from '../db/queries/inbound/wanted.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { type FhirPull, storePulled } from './storePulled.ts'

/** Of one turn. */
const atOnce = 500

/**
 * Fetches what notifications named without including it; what the server no longer has was deleted there. Returns what
 * it refused, so that the rest of the turn goes on: null when it refused nothing.
 */
export async function fetchWanted(pull: FhirPull): Promise<PullFailed | null> {
  const { deps, turn, settings, client } = pull
  const { source } = turn.taken
  const statuses = new Set<number>()
  for (const wanted of await readWanted(deps.database, source, atOnce)) {
    if (turn.signal.aborted || deps.clock() >= turn.until) break
    const [type = '', id = ''] = wanted.reference.split('/')
    const asked = deps.clock()
    const { status, body } = await client.get(`${settings.baseUrl}/${type}/${encodeURIComponent(id)}`)
    if (status === 200) await storePulled(pull, body, false)
    else if (status === 404 || status === 410) await storePulled(pull, deletionOf(wanted.reference), false)
    else {
      statuses.add(status)
      await noteWantedFailure(deps.database, source, wanted)
      if (wanted.attempts + 1 < maxWantedAttempts) continue
    }
    await wantNoMore(deps.database, source, wanted.reference, asked)
  }
  if (statuses.size === 0) return null
  const which = [...statuses].map((status) => `HTTP ${status}`).join(', ')
  return new PullFailed(
    'wantedRefused',
    `${settings.baseUrl} refused resources that its notifications named (${which}): have us allowed to read them.`,
  )
}

function deletionOf(reference: string): Buffer {
  const entry = [{ request: { method: 'DELETE', url: reference } }]
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', entry }))
}
