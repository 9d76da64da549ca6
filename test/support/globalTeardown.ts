import { testServers } from './environment.ts'
import { scanHistories } from './privacy.ts'

declare global {
  var stopTestServers: (() => Promise<void>) | undefined
}

/** Ends the run's servers, after a look into every history that the run has written: none may tell of a patient. */
export default async function globalTeardown(): Promise<void> {
  try {
    const { temporalAddress, temporalNamespace } = testServers()
    const { scanned, found } = await scanHistories(temporalAddress, temporalNamespace)
    if (found.length > 0)
      throw new Error(`Temporal's histories tell what only the database may know:\n${found.join('\n')}`)
    if (scanned > 0) console.log(`No private word in ${scanned} workflow histories`)
  } finally {
    await globalThis.stopTestServers?.()
  }
}
