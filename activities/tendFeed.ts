import { deleteOldFiles, deleteOldMessages } from '../db/queries/retention.ts'
import { checkSilences } from '../db/queries/silences.ts'
import type { ActivityDeps } from './deps.ts'

type Tending = Pick<ActivityDeps, 'database' | 'clock'> & { report: ActivityDeps['report'] }

/** Looks at every organization for sources that fell silent or speak again. Of operators, the log is told. */
export async function watchSilences({ database, clock, report }: Tending): Promise<void> {
  for (const organizationId of await database.lookup.organizations()) {
    const { began, ended } = await database.inOrganization(organizationId, (tx) => checkSilences(tx, clock()))
    for (const sourceId of began) report({ event: 'sourceSilent', organizationId, sourceId })
    for (const sourceId of ended) report({ event: 'silenceOver', organizationId, sourceId })
  }
}

/** Deletes what is old by the settings of each organization, batch by batch. `alive` is told after each one. */
export async function deleteByAge({ database, clock, report }: Tending, alive: () => void): Promise<void> {
  for (const organizationId of await database.lookup.organizations()) {
    const all = async (deleteSome: typeof deleteOldMessages) => {
      let sum = 0
      for (let isThrough = false; !isThrough; alive()) {
        const turn = await database.inOrganization(organizationId, (tx) => deleteSome(tx, clock()))
        sum += turn.deleted
        isThrough = turn.isThrough
      }
      return sum
    }
    const messages = await all(deleteOldMessages)
    const partsOfFiles = await all(deleteOldFiles)
    if (messages + partsOfFiles > 0) report({ event: 'deletedByAge', organizationId, messages, partsOfFiles })
  }
}
