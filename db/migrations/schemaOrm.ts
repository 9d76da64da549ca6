import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { entities } from '../entities/index.ts'
import { migrations } from './index.ts'

/** The ORM as the owner of the schema uses it: to migrate and to compare; never to read or write rows. */
export function schemaOrm(url: string): MikroORM {
  return new MikroORM({
    entities,
    clientUrl: url,
    extensions: [Migrator],
    pool: { max: 1 },
    logger: () => undefined,
    migrations: { migrationsList: migrations, snapshot: false, disableForeignKeys: false, allOrNothing: true },
  })
}
