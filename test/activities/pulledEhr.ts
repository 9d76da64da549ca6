import type { ActivityDeps } from '../../activities/deps.ts'
import { pull } from '../../activities/pull.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createEhrSource, getEhrSource, updateEhrSource } from '../../db/queries/ehrSources.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { minuteMs } from '../../domain/instant.ts'
import { freshDatabase } from '../support/database.ts'
import { startFhirServer } from '../support/fhirServer.ts'

/** A FHIR server and a source that is pulled from it, over a database of its own. */
export async function openPulledEhr(pullSettings: Record<string, unknown> = {}, credentials: string | null = null) {
  let offset = 0
  const clock = () => Date.now() + offset
  const fresh = await freshDatabase({ clock, poolSize: 8 })
  const { database, organizationId } = fresh
  const server = await startFhirServer()
  const encryption = createEncryption(generateEncryptionKey('test'))
  const by = () => ({ now: clock(), who: { userId: null, apiKeyId: null } })
  const settingsOf = (more: Record<string, unknown>) =>
    sourceSettingsSchema.parse({ pull: { baseUrl: server.baseUrl, ...pullSettings, ...more } })
  const source = await database.inOrganization(organizationId, (tx) =>
    createEhrSource(
      tx,
      { name: 'EHR', kind: 'fhir', status: 'active', settings: settingsOf({}), credentials },
      encryption,
      by(),
    ),
  )
  const reported: object[] = []
  const deps: ActivityDeps = {
    ...{ database, encryption, clock },
    configuration: createConfigurationCache(),
    channels: {},
    publicUrl: 'http://127.0.0.1:8080',
    report: (event) => reported.push(event),
  }
  const ref = { organizationId, sourceId: source.id }

  return {
    ...fresh,
    ...{ server, reported, encryption, source, deps, ref, clock, by },
    /** One turn, as the Schedule has it done. */
    turn: (signal: AbortSignal = new AbortController().signal, deps_: ActivityDeps = deps) =>
      pull(deps_, ref, { heartbeat: () => undefined, signal }),
    view: () => database.inOrganization(organizationId, (tx) => getEhrSource(tx, source.id)),
    edit: (more: Record<string, unknown>, credentialsEncrypted?: Buffer | null) =>
      database.inOrganization(organizationId, (tx) =>
        updateEhrSource(tx, source.id, { settings: settingsOf(more), credentialsEncrypted }, null, by()),
      ),
    later(minutes: number) {
      offset += minutes * minuteMs
    },
    rows<T extends object = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<T[]> {
      return database.inOrganization(organizationId, (tx) => tx.query<T>(sql, params))
    },
    async stop(): Promise<void> {
      await server.stop()
      await fresh.drop()
    },
  }
}
export type PulledEhr = Awaited<ReturnType<typeof openPulledEhr>>
