import type { ActivityDeps } from '../../activities/deps.ts'
import { pull } from '../../activities/pull.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { createEhrSource, getEhrSource, updateEhrSource } from '../../db/queries/ehrSources.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import { importFile } from '../../db/queries/inbound/files/importFile.ts'
import type { CsvLayoutInput } from '../../domain/inbound/csv/settings.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { minuteMs } from '../../domain/instant.ts'
import { relayOnce } from '../../worker/relay.ts'
import { appointmentFile, appointmentLayout, appointmentLine } from '../support/csvFiles.ts'
import { freshDatabase } from '../support/database.ts'
import { startSftpServer } from '../support/sftpServer.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
export const monday = Date.UTC(2026, 10, 9, 15)

/** A practice whose EHR exports appointments to an SFTP server, over a database of its own; time is the test's. */
export async function openSftpPractice(sftp: Record<string, unknown> = {}, credentials: string | null = 'open sesame') {
  let now = monday
  const clock = () => now
  const fresh = await freshDatabase({ clock, poolSize: 8 })
  const { database, organizationId } = fresh
  const server = await startSftpServer()
  const encryption = createEncryption(generateEncryptionKey('test'))
  const by = () => ({ now, who: { userId: null, apiKeyId: null } })
  const settingsOf = (more: Record<string, unknown>, layouts: readonly CsvLayoutInput[] = [appointmentLayout]) =>
    sourceSettingsSchema.parse({
      csv: { layouts },
      sftp: {
        ...{ host: '127.0.0.1', port: server.port, user: server.user, folder: '/outbox' },
        ...{ hostKeyFingerprint: server.fingerprint, ...sftp, ...more },
      },
    })
  const source = await database.inOrganization(organizationId, (tx) =>
    createEhrSource(
      tx,
      { name: 'Exports', kind: 'csv', status: 'active', settings: settingsOf({}), credentials },
      encryption,
      by(),
    ),
  )
  const deps: ActivityDeps = {
    ...{ database, encryption, clock },
    configuration: createConfigurationCache(),
    channels: {},
    publicUrl: 'http://127.0.0.1:8080',
    report: () => undefined,
  }
  const rows = <T extends object = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<T[]> =>
    database.inOrganization(organizationId, (tx) => tx.query<T>(sql, params))
  const practice = {
    ...fresh,
    ...{ server, encryption, source, deps, clock, rows },
    /** A file of one appointment, last written an hour ago or so many minutes later. */
    put(name: string, id: string = name, more: { minutes?: number; folder?: string } = {}): void {
      const modifiedAt = monday - 60 * minuteMs + (more.minutes ?? 0) * minuteMs
      server.put(`${more.folder ?? '/outbox'}/${name}`, appointmentFile([appointmentLine(id)]), modifiedAt)
    },
    /** One turn, as the Schedule has it done. */
    turn: (signal: AbortSignal = new AbortController().signal) =>
      pull(deps, { organizationId, sourceId: source.id }, { heartbeat: () => undefined, signal }),
    /** The minute's turn, and then the next: a file is taken when two saw it the same. */
    async twoTurns() {
      const first = await practice.turn()
      practice.later(1)
      return [first, await practice.turn()]
    },
    view: () => database.inOrganization(organizationId, (tx) => getEhrSource(tx, source.id)),
    /** What went wrong the last time, and how often in a row. */
    async failure() {
      const { pull: told } = await practice.view()
      return told && { code: told.lastError?.code ?? null, failures: told.failures }
    },
    edit: (more: Record<string, unknown>, over: { layouts?: readonly CsvLayoutInput[]; credentials?: string } = {}) =>
      database.inOrganization(organizationId, (tx) =>
        updateEhrSource(
          tx,
          source.id,
          {
            settings: settingsOf(more, over.layouts),
            credentialsEncrypted: over.credentials === undefined ? undefined : encryption.encrypt(over.credentials),
          },
          null,
          by(),
        ),
      ),
    later(minutes: number): void {
      now += minutes * minuteMs
    },
    /** What is stored, in the order it came. */
    files: () => rows<{ name: string; state: string }>('select name, state from ehr_file order by received_at, id'),
    /** A worker's turn at all that is stored, and the relay's at what that touched. */
    async work(): Promise<void> {
      for (const due of await database.lookup.dueFiles(now, 100)) await importFile(deps, due)
      const relay = { ...deps, signal: async () => undefined, report: () => undefined }
      while ((await relayOnce(relay)) > 0);
    },
    async stop(): Promise<void> {
      await server.stop()
      await fresh.drop()
    },
  }
  return practice
}
export type SftpPractice = Awaited<ReturnType<typeof openSftpPractice>>
