import { maxWantedAttempts, noteWantedFailure, readWanted, wantNoMore } from '../db/queries/inbound/wanted.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { type FhirPull, storePulled } from './storePulled.ts'

/** Of one turn. */
const atOnce = 500

/** What came of it. */
interface WantedEnd {
  /** What the server refused, so that the rest of the turn goes on; null: nothing. */
  failed: PullFailed | null
  /** Some of it is to be asked for again soon. */
  isAskedAgain: boolean
}

/**
 * Fetches what notifications named without including it; what the server no longer has was deleted there. A server may
 * tell of what is new before it can be read everywhere: what it does not find is asked for once more, and gone by then.
 */
export async function fetchWanted(pull: FhirPull): Promise<WantedEnd> {
  const { deps, turn, settings, client } = pull
  const { source } = turn.taken
  const statuses = new Set<number>()
  const all = await readWanted(deps.database, source, atOnce)
  let isAskedAgain = all.length === atOnce
  for (const wanted of all) {
    if (turn.signal.aborted || deps.clock() >= turn.until) {
      isAskedAgain = true
      break
    }
    const [type = '', id = ''] = wanted.reference.split('/')
    const asked = deps.clock()
    const { status, body } = await client.get(`${settings.baseUrl}/${type}/${encodeURIComponent(id)}`)
    if (status === 200) await storePulled(pull, body, false)
    else if (status === 410 || (status === 404 && wanted.attempts > 0))
      await storePulled(pull, deletionOf(wanted.reference), false)
    else if (status === 404) {
      await noteWantedFailure(deps.database, source, wanted)
      isAskedAgain = true
      continue
    } else {
      statuses.add(status)
      await noteWantedFailure(deps.database, source, wanted)
      if (wanted.attempts + 1 < maxWantedAttempts) continue
    }
    await wantNoMore(deps.database, source, wanted.reference, asked)
  }
  if (statuses.size === 0) return { failed: null, isAskedAgain }
  const which = [...statuses].map((status) => `HTTP ${status}`).join(', ')
  const failed = new PullFailed(
    'wantedRefused',
    `${settings.baseUrl} refused resources that its notifications named (${which}): have us allowed to read them.`,
  )
  return { failed, isAskedAgain }
}

function deletionOf(reference: string): Buffer {
  const entry = [{ request: { method: 'DELETE', url: reference } }]
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', entry }))
}
