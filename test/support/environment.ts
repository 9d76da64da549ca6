/** The servers of this test run: set by the global set-up, inherited by jest's worker processes. */
export interface TestServers {
  /** The owner's connection to the database `postgres` of the run's own cluster. */
  postgresUrl: string
  temporalAddress: string
  temporalNamespace: string
  /** Of this run alone, removed at its end. */
  folder: string
}

const variable = 'CUSTOM_ACTIONS_TEST_SERVERS'

export function announceServers(servers: TestServers): void {
  process.env[variable] = JSON.stringify(servers)
}

/** @throws when called outside of the jest project `system`. */
export function testServers(): TestServers {
  const json = process.env[variable]
  if (json === undefined) throw new Error('no test servers: tests under test/domain run without them')
  return JSON.parse(json) as TestServers
}
