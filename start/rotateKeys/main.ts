import { openDatabase } from '../../db/orm.ts'
import { rotateKeys } from '../../db/rotateKeys.ts'
import { CannotStart } from '../../embedded/cannotStart.ts'
import { startPostgres } from '../../embedded/postgres.ts'
import { openDataFolder } from '../dataFolder.ts'
import { addNewKey, keepNewestKey, openEncryption } from '../encryptionKey.ts'
import { readEnvironment } from '../environment.ts'
import { runOnce } from '../run.ts'

// Encrypts anew what an older key encrypted. With a key of its own in the data folder it also makes the new one, and
// forgets the old one in the end; keys of the environment are changed there, by whoever keeps them.
await runOnce(async (stopping) => {
  const settings = readEnvironment(process.env)
  const { DATABASE_URL: givenUrl, ENCRYPTION_KEY: givenKeys, DATA_DIR: dataDir } = settings
  let url = givenUrl
  if (url === undefined) {
    const folder = openDataFolder(dataDir)
    stopping.add('data folder', folder.release)
    console.log(`Starting Postgres, with its data in ${folder.path}`)
    const server = await startPostgres({ dataDir: folder.path, port: settings.POSTGRES_PORT, log: console.log })
    stopping.add('Postgres', server.stop)
    url = server.url
  }
  const encryption = givenKeys === undefined ? addNewKey(dataDir) : openEncryption(givenKeys, dataDir)
  const older = encryption.olderKeys.join(', ')
  if (older === '')
    throw new CannotStart(
      'ENCRYPTION_KEY has one key: put the new one in front of it, id:key with a comma between them',
    )

  const database = await openDatabase({ url, clock: () => Date.now() })
  stopping.add('database', () => database.close())
  const done = new Map<string, number>()
  const { rows, left } = await rotateKeys(database, encryption, ({ table, rows: more }) => {
    const before = done.get(table) ?? 0
    done.set(table, before + more)
    if (before === 0 || Math.floor((before + more) / 5_000) > Math.floor(before / 5_000))
      console.log(`${table}: ${before + more} rows`)
  })
  console.log(`${rows} rows were encrypted anew`)
  if (left > 0)
    throw new CannotStart(
      `${left} rows still hang on ${older}: see that every process has the new key in front, then run this again`,
    )
  if (givenKeys === undefined) {
    keepNewestKey(dataDir)
    console.log(`The key ${older} is forgotten: nothing hangs on it any more`)
  } else console.log(`Nothing hangs on ${older} any more: take it out of ENCRYPTION_KEY, and restart all processes`)
})
