import { once } from 'node:events'
import { createServer } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { type Database, openDatabase } from '../../db/orm.ts'
import { createEhrSource, type EhrSourceKind } from '../../db/queries/ehrSources.ts'
import { seed } from '../../db/seed.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { appointmentLayout } from '../../test/support/csvFiles.ts'
import { everyRule, startPractice } from '../../test/support/practice.ts'
import { organizationSearchAttribute } from '../../workflows/names.ts'
import { postgresPart, programPart, temporalPart } from './parts.ts'

const clock = () => Date.now()

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Postgres, Temporal, worker and API in processes of their own, over one data folder; nothing of it runs yet. */
export async function installation(dataDir: string) {
  const keys = generateEncryptionKey('kill')
  const encryption = createEncryption(keys)
  const port = await freePort()
  const mllpPort = await freePort()
  const postgres = postgresPart(dataDir)
  const temporal = temporalPart(dataDir, { [organizationSearchAttribute]: 'Keyword' })
  const env = () => ({
    DATABASE_URL: postgres.url(),
    TEMPORAL_ADDRESS: temporal.address(),
    ENCRYPTION_KEY: keys,
    DATA_DIR: dataDir,
    PORT: String(port),
    MLLP_PORT: String(mllpPort),
  })
  const api = programPart('API', 'api/main.ts', 'API ready', env)
  const worker = programPart('worker', 'worker/main.ts', 'worker ready', env)
  return {
    ...{ postgres, temporal, api, worker, mllpPort, encryption },
    origin: `http://127.0.0.1:${port}`,
    /** In the order in which they start. */
    parts: [postgres, temporal, worker, api],
    openDatabase: () => openDatabase({ url: postgres.url(), clock, poolSize: 2 }),
    async openClient(): Promise<Client> {
      return new Client({ connection: await Connection.connect({ address: temporal.address() }) })
    },
    /** A practice with an EHR for each wire and one that exports files, which tells each patient of their visit. */
    async openPractice() {
      await migrate({ url: postgres.url() })
      const database = await openDatabase({ url: postgres.url(), clock, poolSize: 2 })
      try {
        const made = await seed({ database, encryption })
        if (made === null) throw new Error('the database should be new')
        const { organizationId } = made
        const practice = await startPractice({ database, encryption, organizationId, clock })
        await practice.action({
          skippedRules: [...everyRule],
          message: { body: '{{ patient.firstName }} at {{ appointment.start | time }}' },
        })
        const addSource = (name: string, kind: EhrSourceKind) =>
          database.inOrganization(organizationId, (tx) => {
            const settings = sourceSettingsSchema.parse({ csv: { layouts: kind === 'csv' ? [appointmentLayout] : [] } })
            const by = { now: clock(), who: { userId: null, apiKeyId: null } }
            return createEhrSource(tx, { name, kind, status: 'active', settings }, encryption, by)
          })
        return {
          organizationId,
          fhir: await addSource('FHIR', 'fhir'),
          hl7: await addSource('HL7 over HTTP', 'hl7v2'),
          mllp: await addSource('HL7 over MLLP', 'hl7v2'),
          csv: await addSource('Files', 'csv'),
        }
      } finally {
        await database.close()
      }
    },
  }
}

export type Installation = Awaited<ReturnType<typeof installation>>

/** Nothing is left to plan, to send or to import; waits for what is due by now. */
export async function isQuiet(database: Database, organizationId: string): Promise<boolean> {
  const [row] = await database.inOrganization(organizationId, (tx) =>
    tx.query<{ left: number }>(
      `select (select count(*) from outbox)
         + (select count(*) from planned_message where verdict = 'planned' and send_at <= $1)
         + (select count(*) from care_event where wake_at <= $1)
         + (select count(*) from delivery where status in ('claimed', 'sending', 'unknown'))
         + (select count(*) from ehr_file where state not in ('done', 'repeat')) as left`,
      [new Date(clock())],
    ),
  )
  return row?.left === 0
}
