import { readFileSync } from 'node:fs'
import { Migration } from '@mikro-orm/migrations'

/** A migration whose statements lie beside this file. Forward-only: what went wrong is put right by the next one. */
function fromFiles(name: string, files: readonly string[]) {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        for (const file of files) this.addSql(readFileSync(new URL(file, import.meta.url), 'utf8'))
      }
    },
  }
}

/** All migrations, oldest first. One that was released is never changed. */
export const migrations = [
  fromFiles('0001_dataModel', [
    '0001_tables.sql',
    '0001_foreignKeys.sql',
    '0001_triggers.sql',
    '0001_access.sql',
    '0001_lookups.sql',
  ]),
]
