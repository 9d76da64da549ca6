import * as z from 'zod'
import { getEhrSource, pullNow } from '../../db/queries/ehrSources.ts'
import { readCredentials } from '../../db/queries/inbound/source.ts'
import { Problem } from '../../domain/problem.ts'
import { trySource } from '../../ehr/trySource.ts'
import { idParams } from '../input.ts'
import { outsideRoute, route } from '../route.ts'
import { ehrSource } from './ehr.ts'

const tag = 'EHR'
/** Somebody waits for the answer. */
const patienceMs = 20_000

export const pullRoutes = [
  route({
    method: 'post',
    path: '/api/ehr-sources/{id}/pull',
    tag,
    role: 'admin',
    summary: 'Fetch from it now, that is within a minute; how it goes is in its pull',
    params: idParams,
    response: ehrSource,
    handle: ({ tx, params, who, now }) => pullNow(tx, params.id, { who, now }),
  }),
  outsideRoute({
    method: 'post',
    path: '/api/ehr-sources/{id}/pull-test',
    tag,
    role: 'admin',
    summary: 'Try whether it can be fetched from, and say in a sentence what is wrong; nothing is stored',
    params: idParams,
    response: z.strictObject({
      isWell: z.boolean(),
      code: z.string(),
      message: z.string(),
      hostKeyFingerprint: z.string().nullable().optional().meta({
        description: 'Of an SFTP server: the key that it shows, to be compared and confirmed in the settings',
      }),
    }),
    handle: async ({ deps, params, who }) => {
      const { database, encryption, clock, network } = deps
      const { source, credentials } = await database.inOrganization(who.organizationId, async (tx) => ({
        source: await getEhrSource(tx, params.id),
        credentials: await readCredentials(tx, encryption, params.id),
      }))
      const trial = await trySource(source, credentials, {
        ...{ clock, network },
        signal: AbortSignal.timeout(patienceMs),
      })
      if (trial === null)
        throw new Problem('conflict', 'Nothing is fetched from this source: say where from in its settings.')
      return trial
    },
  }),
]
