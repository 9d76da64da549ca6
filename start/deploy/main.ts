import { openDatabase } from '../../db/orm.ts'
import { seed } from '../../db/seed.ts'
import { openDataFolder } from '../dataFolder.ts'
import { openEncryption } from '../encryptionKey.ts'
import { readEnvironment } from '../environment.ts'
import { writeFirstRun } from '../firstRun.ts'
import { migrateDatabase } from '../foundation.ts'
import { logToStdout } from '../log.ts'
import { runOnce } from '../run.ts'
import { realServers } from '../servers.ts'
import { connectTemporal, installRuntime, registerSearchAttributes } from '../temporal.ts'

// The deploy step: what must be in place before API and worker of this release start. Harmless when repeated. The
// first worker of a release makes it the current one, once its pollers are there.
await runOnce(async (stopping) => {
  const settings = readEnvironment(process.env)
  const folder = openDataFolder(settings.DATA_DIR)
  stopping.add('data folder', folder.release)
  installRuntime(logToStdout(settings.LOG_LEVEL))
  const servers = realServers(settings)

  const migrations = await migrateDatabase(servers)
  console.log(migrations.length > 0 ? `Migrated: ${migrations.join(', ')}` : 'The database is up to date')

  const temporal = await connectTemporal(settings, servers.temporalAddress)
  stopping.add('Temporal connection', () => temporal.close())
  await registerSearchAttributes(temporal)
  console.log('The search attributes are registered')

  const encryption = openEncryption(settings.ENCRYPTION_KEY, folder.path)
  const database = await openDatabase({ url: servers.databaseUrl, clock: () => Date.now() })
  stopping.add('database', () => database.close())
  const made = await seed({ database, encryption })
  const url = settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`
  writeFirstRun(folder.path, made, { url, temporalUi: servers.temporalUi })
  if (made) console.log(`Made the first organization: sign in as ${folder.path}/first-run.json says`)
})
