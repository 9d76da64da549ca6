import { findDrift } from './drift.ts'

// Compares a migrated database with the code: `node db/migrations/check.ts postgresql://…`. Exits with 1 when they differ.
const [url] = process.argv.slice(2)
if (url === undefined) throw new Error('usage: node db/migrations/check.ts <database URL of the owner>')
const drift = await findDrift(url)
for (const line of drift) console.error(line)
console.log(drift.length === 0 ? 'no drift' : `${drift.length} differences between the database and the code`)
process.exitCode = drift.length === 0 ? 0 : 1
