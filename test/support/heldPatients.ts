import { Client } from 'pg'

/** Locks every patient, so that whatever refers to one waits at its end: claims are held up between decision and commit. */
export async function holdPatients(url: string) {
  const [holder, watcher] = [new Client({ connectionString: url }), new Client({ connectionString: url })]
  await Promise.all([holder.connect(), watcher.connect()])
  await holder.query('begin')
  await holder.query('select 1 from patient for update')
  return {
    /** Once so many statements of this database wait for a lock. */
    async waiting(wanted: number): Promise<void> {
      for (let found = 0; found < wanted; ) {
        const { rows } = await watcher.query<{ waiting: number }>(
          `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        found = rows[0]?.waiting ?? 0
      }
    },
    async release(): Promise<void> {
      await holder.query('commit')
      await Promise.all([holder.end(), watcher.end()])
    },
  }
}
