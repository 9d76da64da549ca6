// Migrates an empty database of an embedded Postgres and compares it with the code: `npm run migrations:check`.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDrift } from '../db/migrations/drift.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { startPostgres } from '../embedded/postgres.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'migrations-check-'))
await chmod(dataDir, 0o755)
let stop = async () => undefined
try {
  const postgres = await startPostgres({ dataDir, port: 0, durable: false, log: () => undefined })
  stop = postgres.stop
  await migrate({ url: postgres.url })
  const drift = await findDrift(postgres.url)
  for (const line of drift) console.error(line)
  console.log(drift.length === 0 ? 'The migrations make what the entities say' : `${drift.length} differences`)
  process.exitCode = drift.length === 0 ? 0 : 1
} finally {
  await stop()
  await rm(dataDir, { recursive: true, force: true })
}
